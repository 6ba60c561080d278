using Npgsql;

namespace Deprovisioner.Storage;

/// <summary>Conditions of a statement that depends on what is asked for: their text is made of constants, the values that they compare with are parameters.</summary>
internal sealed class SqlConditions
{
    private readonly List<string> conditions = ["true"];
    private readonly List<NpgsqlParameter> parameters = [];

    /// <summary>What has to be so: all of them.</summary>
    public string Text => string.Join(" and ", conditions);

    public NpgsqlParameter[] Parameters => [.. parameters];

    /// <param name="condition">A constant, in which values are what <see cref="Add"/> gives.</param>
    public void Where(string condition) => conditions.Add(condition);

    /// <summary>Compares with a value, or with a row of several.</summary>
    /// <param name="comparison">What stands before the value: a constant.</param>
    public void Where(string comparison, params NpgsqlParameter[] values) => conditions.Add($"{comparison} ({string.Join(", ", values.Select(Add))})");

    /// <summary>A value; gives what stands for it in the statement.</summary>
    public string Add(NpgsqlParameter value)
    {
        parameters.Add(value);
        return $"${parameters.Count}";
    }
}
