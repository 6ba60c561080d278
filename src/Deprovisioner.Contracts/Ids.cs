using System.Text.Json;
using System.Text.Json.Serialization;

namespace Deprovisioner.Contracts;

/// <summary>An id that is a text; ids of different kinds cannot be mixed up.</summary>
public interface ITextId<TSelf>
    where TSelf : struct, ITextId<TSelf>
{
    string Value { get; }

    static abstract TSelf Of(string value);
}

/// <summary>An id that is a UUID.</summary>
public interface IUuidId<TSelf>
    where TSelf : struct, IUuidId<TSelf>
{
    Guid Value { get; }

    static abstract TSelf Of(Guid value);
}

/// <summary>A human being, as the HR system names them.</summary>
[JsonConverter(typeof(TextIdConverter<PersonId>))]
public readonly record struct PersonId(string Value) : ITextId<PersonId>
{
    public static PersonId Of(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>One contract of a person.</summary>
[JsonConverter(typeof(TextIdConverter<EmploymentId>))]
public readonly record struct EmploymentId(string Value) : ITextId<EmploymentId>
{
    public static EmploymentId Of(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>A target system, as the configuration names it.</summary>
[JsonConverter(typeof(TextIdConverter<SystemName>))]
public readonly record struct SystemName(string Value) : ITextId<SystemName>
{
    public static SystemName Of(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>One replay of failed steps: the number of the request that asked for it.</summary>
public readonly record struct ReplayJobId(long Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>One run of a policy for one person. UUID version 7 (RFC 9562), so that ids sort by time.</summary>
[JsonConverter(typeof(UuidIdConverter<SagaId>))]
public readonly record struct SagaId(Guid Value) : IUuidId<SagaId>
{
    public static SagaId Of(Guid value) => new(value);

    public override string ToString() => Value.ToString("D");
}

/// <summary>A question about one step: what would it do now?</summary>
[JsonConverter(typeof(UuidIdConverter<ProbeId>))]
public readonly record struct ProbeId(Guid Value) : IUuidId<ProbeId>
{
    public static ProbeId Of(Guid value) => new(value);

    public override string ToString() => Value.ToString("D");
}

/// <summary>One action on one system in one saga.</summary>
[JsonConverter(typeof(UuidIdConverter<StepId>))]
public readonly record struct StepId(Guid Value) : IUuidId<StepId>
{
    public static StepId Of(Guid value) => new(value);

    public override string ToString() => Value.ToString("D");
}

/// <summary>One comparison of a system's accounts with the registry.</summary>
[JsonConverter(typeof(UuidIdConverter<ReconciliationId>))]
public readonly record struct ReconciliationId(Guid Value) : IUuidId<ReconciliationId>
{
    public static ReconciliationId Of(Guid value) => new(value);

    public override string ToString() => Value.ToString("D");
}

public sealed class TextIdConverter<TId> : JsonConverter<TId>
    where TId : struct, ITextId<TId>
{
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => TId.Of(reader.GetString() ?? throw new JsonException($"A {typeof(TId).Name} cannot be null."));

    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

public sealed class UuidIdConverter<TId> : JsonConverter<TId>
    where TId : struct, IUuidId<TId>
{
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => TId.Of(reader.GetGuid());

    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
