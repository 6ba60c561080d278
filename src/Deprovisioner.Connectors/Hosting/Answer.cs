using Deprovisioner.Connectors.Sdk;

namespace Deprovisioner.Connectors.Hosting;

/// <summary>What a call to a system came to: a value, or the fault in place of one. Past this point there are no exceptions.</summary>
internal readonly record struct Answer<T>
{
    private readonly T? value;

    public Answer(T value) => this.value = value;

    public Answer(Fault fault) => Fault = fault;

    public Fault? Fault { get; }

    /// <summary>The value; only where there is no fault.</summary>
    public T Value => Fault is null ? value! : throw new InvalidOperationException($"There is a fault instead: {Fault.Code}.");
}
