using System.Runtime.CompilerServices;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Conforming;

/// <summary>What one case came to.</summary>
/// <param name="Case">What must hold, as a sentence.</param>
/// <param name="Action">For which action; null: for none.</param>
/// <param name="Fault">Null: it holds.</param>
public sealed record ConformanceFinding(string Case, StepAction? Action, string? Fault);

/// <summary>
/// What every connector must stand, tried on a running system and an account that may be disabled and stripped, and is put back each time. What cannot be put back is tried only where it is asked for,
/// and once.
/// </summary>
public sealed class ConformanceKit
{
    /// <summary>Of these a snapshot says all that giving back needs.</summary>
    private static readonly StepAction[] Reversible = [StepAction.DisableAccount, StepAction.RemoveEntitlements];

    private readonly ConformanceTrial trial;

    private ConformanceKit(ConformanceTrial trial) => this.trial = trial;

    /// <param name="system">The system, which is changed though its configuration may say that it is only observed.</param>
    /// <param name="matchValue">Finds the account.</param>
    /// <param name="facts">What steps need beside it.</param>
    public static ConformanceKit For(
        IConnectorKind kind, SystemSettings system, ISecrets secrets, TimeProvider clock, string matchValue, IReadOnlyDictionary<string, string> facts)
        => new(new ConformanceTrial(kind, system with { Observe = false }, secrets, clock, matchValue, facts));

    /// <summary>What can be tried and put back again on this system.</summary>
    public IReadOnlyList<StepAction> CanBePutBack
        => trial.Description.Actions.Contains(StepAction.RestoreAccount) ? [.. Reversible.Where(trial.Description.Actions.Contains)] : [];

    /// <summary>Goes through all cases. One that fails stops no other.</summary>
    /// <param name="once">Actions to be tried beside those that can be put back: what they do stays done.</param>
    public async IAsyncEnumerable<ConformanceFinding> RunAsync(IReadOnlyList<StepAction> once, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (sentence, holds) in ConformanceCases.Reading)
        {
            yield return new(sentence, null, await FaultOfAsync(() => holds(trial, cancellationToken), cancellationToken));
        }

        foreach (var action in CanBePutBack)
        {
            foreach (var (sentence, holds) in ConformanceCases.Acting)
            {
                yield return new(sentence, action, await FaultOfAsync(() => holds(trial, action, cancellationToken), cancellationToken));
            }
        }

        foreach (var action in once.Except(CanBePutBack))
        {
            yield return new(ConformanceCases.Twice, action, await FaultOfAsync(() => ConformanceCases.TwiceAsync(trial, action, cancellationToken), cancellationToken));
        }
    }

    private static async Task<string?> FaultOfAsync(Func<Task<string?>> holds, CancellationToken cancellationToken)
    {
        try
        {
            return await holds();
        }
        catch (SystemFaultException error)
        {
            return $"{error.Fault.Code}: {error.Fault.Message}";
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever a connector throws is its fault here, and the rest is still worth knowing.
            return $"{error.GetType().Name}: {error.Message}";
        }
    }
}
