using System.Text.RegularExpressions;
using Deprovisioner.Storage.Migrations;

namespace Deprovisioner.Storage.Tests.Migrating;

/// <summary>
/// What a migration may do while workers of the version before it go on: add what they need not know, without a lock for longer than a moment. Everything that is not named here is refused, so that whoever wants something
/// new thinks of those workers first, and then extends this.
/// </summary>
internal static partial class ExpandRule
{
    /// <summary>Migrations up to this one were written before anybody had an installation.</summary>
    private const int LastOfTheFirstVersion = 12;

    /// <summary>In milliseconds: a file is read in far less.</summary>
    private const int Limit = 10_000;

    /// <summary>Why the migration must not be; none where all is well.</summary>
    public static IReadOnlyList<string> Faults(MigrationName name, string text)
    {
        if (name.Number <= LastOfTheFirstVersion || name.WorksFrom < name.Number)
        {
            return [];
        }

        var isOutside = text.StartsWith(MigrationText.Outside, StringComparison.Ordinal);
        var statements = MigrationStatements.Of(text);
        var made = statements.Select(s => NewTable().Match(s)).Where(m => m.Success).Select(m => m.Groups["name"].Value).ToHashSet();
        return [.. statements.Index().SelectMany(s => Faults(s.Item, made, isOutside, s.Index > 0 ? statements[s.Index - 1] : "").Select(fault => $"{name}: {fault}: {s.Item}"))];
    }

    private static IEnumerable<string> Faults(string statement, HashSet<string> made, bool isOutside, string before)
    {
        if (isOutside)
        {
            return Outside(statement, before);
        }

        return statement switch
        {
            _ when NewTable().IsMatch(statement) || Harmless().IsMatch(statement) => [],
            _ when Index().Match(statement) is { Success: true } index => made.Contains(index.Groups["table"].Value) ? [] : ["an index of a table that is there is built concurrently, in a file of its own"],
            _ when Alter().Match(statement) is { Success: true } alter => made.Contains(alter.Groups["table"].Value) ? [] : Actions(alter.Groups["actions"].Value).SelectMany(OnATableThatIsThere),
            _ when Insert().Match(statement) is { Success: true } insert => made.Contains(insert.Groups["table"].Value) ? [] : ["rows of a table that is there are changed by the worker, in portions"],
            _ when Block().Match(statement) is { Success: true } block => InABlock(block.Groups["body"].Value),
            _ => ["nothing says that an older worker survives this"],
        };
    }

    /// <summary>One by one, and so that a repeat does no harm.</summary>
    private static IEnumerable<string> Outside(string statement, string before)
    {
        if (Concurrently().Match(statement) is { Success: true } index)
        {
            if (index.Groups["unique"].Success)
            {
                yield return "an older worker may write what a unique index refuses";
            }

            if (before != $"drop index concurrently if exists {index.Groups["name"].Value}")
            {
                yield return $"what an interrupted build left is dropped first: drop index concurrently if exists {index.Groups["name"].Value}";
            }
        }
        else if (!DropConcurrently().IsMatch(statement) && !Validate().IsMatch(statement))
        {
            yield return "a file outside a transaction builds indexes and validates constraints, and nothing else";
        }
    }

    private static IEnumerable<string> OnATableThatIsThere(string action)
        => action switch
        {
            _ when Column().Match(action) is { Success: true } column => NewColumn(column.Groups["rest"].Value),
            _ when NotValid().IsMatch(action) || DropConstraint().IsMatch(action) || EnableTrigger().IsMatch(action) || Room().IsMatch(action) => [],
            _ when action.Contains("validate", StringComparison.Ordinal) => ["a constraint is validated in a file outside a transaction: here the lock of what added it is still held"],
            _ when action.StartsWith("add constraint", StringComparison.Ordinal) || action.StartsWith("add check", StringComparison.Ordinal) => ["a check reads the whole table under its lock: add it not valid, and validate it in a file outside a transaction"],
            _ => ["an older worker does not survive this, or nothing says that it does"],
        };

    private static IEnumerable<string> NewColumn(string rest)
    {
        if (rest.Contains("not null", StringComparison.Ordinal) && !rest.Contains("default", StringComparison.Ordinal))
        {
            yield return "an older worker inserts nothing into a column that wants something";
        }

        if (rest.Contains("check", StringComparison.Ordinal) || rest.Contains("references", StringComparison.Ordinal) || rest.Contains("unique", StringComparison.Ordinal) || rest.Contains("primary key", StringComparison.Ordinal))
        {
            yield return "a check reads the whole table under its lock: add it not valid, and validate it in a file outside a transaction";
        }

        if (rest.Contains("generated", StringComparison.Ordinal) || Call().IsMatch(rest[Math.Max(0, rest.IndexOf("default", StringComparison.Ordinal))..]))
        {
            yield return "a column that is worked out for each row writes the whole table anew under its lock; a default is a constant";
        }
    }

    /// <summary>Widens what a check allows, and what a migration beside this one made of it.</summary>
    private static IEnumerable<string> InABlock(string body)
    {
        if (Dangerous().Match(body) is { Success: true } found)
        {
            yield return $"a block that has '{found.Value}' cannot be judged";
        }

        if (body.Contains("add constraint", StringComparison.Ordinal) && !body.Contains("not valid", StringComparison.OrdinalIgnoreCase))
        {
            yield return "a check reads the whole table under its lock: add it not valid, and validate it in a file outside a transaction";
        }
    }

    /// <summary>Separated by commas that stand in no brackets.</summary>
    private static IEnumerable<string> Actions(string text)
    {
        var depth = 0;
        var from = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                yield return text[from..i].Trim();
                from = i + 1;
            }
            else
            {
                depth += text[i] is '(' or '[' ? 1 : text[i] is ')' or ']' ? -1 : 0;
            }
        }
    }

    [GeneratedRegex(@"^create table (?<name>\w+) ", RegexOptions.ExplicitCapture, Limit)]
    private static partial Regex NewTable();

    /// <summary>Functions and triggers are judged by people: what they do to an older worker's rows is not to be seen from their words.</summary>
    [GeneratedRegex(@"^(create (or replace )?function|create trigger|comment on|grant|revoke|create view|create role|alter default privileges) ", RegexOptions.ExplicitCapture, Limit)]
    private static partial Regex Harmless();

    [GeneratedRegex(@"^create (unique )?index \w+ on (?<table>\w+) ", RegexOptions.ExplicitCapture, Limit)]
    private static partial Regex Index();

    [GeneratedRegex(@"^create (?<unique>unique )?index concurrently (?<name>\w+) on ", RegexOptions.ExplicitCapture, Limit)]
    private static partial Regex Concurrently();

    [GeneratedRegex(@"^drop index concurrently if exists \w+$", RegexOptions.ExplicitCapture, Limit)]
    private static partial Regex DropConcurrently();

    [GeneratedRegex(@"^alter table \w+ validate constraint \w+$", RegexOptions.ExplicitCapture, Limit)]
    private static partial Regex Validate();

    [GeneratedRegex(@"^alter table (?<table>\w+) (?<actions>.+)$", RegexOptions.ExplicitCapture, Limit)]
    private static partial Regex Alter();

    [GeneratedRegex(@"^insert into (?<table>\w+) ", RegexOptions.ExplicitCapture, Limit)]
    private static partial Regex Insert();

    [GeneratedRegex(@"^do \$\$(?<body>.+)\$\$$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, Limit)]
    private static partial Regex Block();

    [GeneratedRegex(@"^add column \w+ (?<rest>.+)$", RegexOptions.ExplicitCapture, Limit)]
    private static partial Regex Column();

    [GeneratedRegex(@"^add constraint \w+ check \(.+\) not valid$", RegexOptions.ExplicitCapture, Limit)]
    private static partial Regex NotValid();

    [GeneratedRegex(@"^enable (always )?trigger \w+$", RegexOptions.ExplicitCapture, Limit)]
    private static partial Regex EnableTrigger();

    /// <summary>How full pages are made from now on: nobody waits for its lock but another alteration and a vacuum (https://www.postgresql.org/docs/15/sql-altertable.html, SET storage_parameter).</summary>
    [GeneratedRegex(@"^set \(fillfactor = \d+\)$", RegexOptions.ExplicitCapture, Limit)]
    private static partial Regex Room();

    [GeneratedRegex(@"^drop constraint \w+$", RegexOptions.ExplicitCapture, Limit)]
    private static partial Regex DropConstraint();

    [GeneratedRegex(@"\b(?!now\b)\w+\s*\(", RegexOptions.ExplicitCapture, Limit)]
    private static partial Regex Call();

    [GeneratedRegex(@"\b(drop (?!constraint)\w+|rename|set not null|type|create|update|delete|truncate|lock)\b", RegexOptions.ExplicitCapture, Limit)]
    private static partial Regex Dangerous();
}
