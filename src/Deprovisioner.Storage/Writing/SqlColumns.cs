using Npgsql;

namespace Deprovisioner.Storage.Writing;

/// <summary>One column of a table that is written from memory, many rows at a time.</summary>
/// <param name="Name">The column's.</param>
/// <param name="Of">An array parameter with its value for each row.</param>
/// <param name="Changes">Whether it may change after the row was inserted.</param>
/// <param name="Inserted">False: the insert leaves it to the column's default.</param>
/// <param name="Type">What the array's element is cast to; null: it has the column's type already.</param>
/// <param name="Set">What an update sets it to, where <c>t</c> is the new value's row and <c>s</c> the stored one; null: the new value.</param>
internal sealed record SqlColumn<TRow>(
    string Name, Func<IReadOnlyList<TRow>, NpgsqlParameter> Of, bool Changes = false, bool Inserted = true, string? Type = null, string? Set = null);

/// <summary>A table's columns, each said once: inserts and updates of many rows in one statement, whose text is always the same.</summary>
internal sealed class SqlColumns<TRow>
{
    private readonly SqlColumn<TRow>[] inserted;
    private readonly SqlColumn<TRow>[] updated;
    private readonly string insert;
    private readonly string update;

    /// <param name="table">The table's name.</param>
    /// <param name="columns">The first is the key.</param>
    public SqlColumns(string table, params SqlColumn<TRow>[] columns)
    {
        inserted = [.. columns.Where(c => c.Inserted)];
        updated = [columns[0], .. columns.Skip(1).Where(c => c.Changes)];
        insert = $"insert into {table} ({Names(inserted)}) select {string.Join(", ", inserted.Select(Value))} from {Rows(inserted)}";
        update = $"update {table} s set {string.Join(", ", updated.Skip(1).Select(c => $"{c.Name} = {c.Set ?? Value(c)}"))} from {Rows(updated)} where s.{columns[0].Name} = t.{columns[0].Name}";
    }

    public void Insert(SqlBatch batch, IReadOnlyList<TRow> rows) => Add(batch, insert, inserted, rows);

    public void Update(SqlBatch batch, IReadOnlyList<TRow> rows) => Add(batch, update, updated, rows);

    private static void Add(SqlBatch batch, string text, SqlColumn<TRow>[] columns, IReadOnlyList<TRow> rows)
    {
        if (rows.Count > 0)
        {
            batch.Add(text, [.. columns.Select(c => c.Of(rows))]);
        }
    }

    private static string Value(SqlColumn<TRow> column) => column.Type is null ? $"t.{column.Name}" : $"t.{column.Name}::{column.Type}";

    private static string Rows(SqlColumn<TRow>[] columns) => $"unnest({string.Join(", ", columns.Select((_, i) => $"${i + 1}"))}) as t({Names(columns)})";

    private static string Names(SqlColumn<TRow>[] columns) => string.Join(", ", columns.Select(c => c.Name));
}
