using System.Text.Json.Nodes;
using Deprovisioner.Connectors.Rest.Declaring;
using Deprovisioner.Connectors.Rest.Rendering;
using Deprovisioner.Connectors.Sdk;
using Deprovisioner.Contracts;

namespace Deprovisioner.Connectors.Rest;

/// <summary>Sends the requests of an action, one after the other, and waits for the work that they begin.</summary>
internal sealed class RestSteps(RestClient client, RestSettings settings, TimeProvider clock)
{
    /// <exception cref="SystemFaultException">One was refused, and those after it were not sent; or the system has begun work that goes on.</exception>
    public async Task RunAsync(IReadOnlyList<DeclaredStep> steps, JsonNode account, Scope scope, CancellationToken cancellationToken)
    {
        // The host ends the whole action after the time-out: a job that takes longer is looked at again later.
        var patience = clock.GetUtcNow() + (settings.Timeout / 2);
        Fault? later = null;
        var begun = scope;
        var fitting = steps.Where(s => s.When.AllHold(account, begun) && s.WhenItem.AllHold(begun.Item, begun)).ToList();
        if (fitting.Count == 0 && steps.Any(s => s.WhenItem.Count > 0))
        {
            throw new SystemFaultException(new Fault(Outcome.Rejected, "no-request-fits", "The declaration has no request for one of these things: by its whenItem none is sent."));
        }

        foreach (var step in fitting)
        {
            var reply = await client.SendAsync(step, scope, writes: true, cancellationToken);
            if (reply.Status is 404 or 410 && reply.Fault is { Outcome: Outcome.Rejected })
            {
                // What is asked to go is gone; what this proves, the host reads.
                continue;
            }

            if (reply.Fault is { Outcome: Outcome.Accepted } accepted && step.Job is null)
            {
                later ??= accepted;
                continue;
            }

            if (reply.Fault is { Outcome: not Outcome.Accepted } fault)
            {
                throw new SystemFaultException(fault);
            }

            scope = scope.With("answer", reply.Body);
            if (step.Job is { } job)
            {
                await WaitAsync(job, scope, patience, cancellationToken);
            }
        }

        if (later is not null)
        {
            throw new SystemFaultException(later);
        }
    }

    private async Task WaitAsync(DeclaredJob job, Scope scope, DateTimeOffset patience, CancellationToken cancellationToken)
    {
        while (true)
        {
            var reply = (await client.SendAsync(job, scope, writes: false, cancellationToken)).OrThrow();
            var state = job.At.TextIn(reply.Body) ?? throw RestFaults.NotAsDeclared($"there is no {job.At} in the state of the work");
            if (job.Done.Contains(state, StringComparer.OrdinalIgnoreCase))
            {
                return;
            }

            if (job.Failed.Contains(state, StringComparer.OrdinalIgnoreCase))
            {
                throw new SystemFaultException(new Fault(Outcome.Rejected, "job-failed", $"The system began, and says of its work: {Http.HttpFaults.Printable(state)}."));
            }

            var next = Http.RetryAfter.Of(reply.Headers, clock.GetUtcNow()) ?? (clock.GetUtcNow() + job.Every);
            if (next > patience)
            {
                throw new SystemFaultException(new Fault(Outcome.Accepted, "job-running", "The system has begun, and is still at work.", next));
            }

            await Task.Delay(next - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero, clock, cancellationToken);
        }
    }
}
