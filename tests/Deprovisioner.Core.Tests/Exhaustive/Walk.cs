using System.Globalization;
using System.Text;
using Deprovisioner.Contracts;
using Deprovisioner.Core.Sagas;

namespace Deprovisioner.Core.Tests.Exhaustive;

/// <summary>Walks every node that one small case can reach, breadth first, so that what is wrong is told by a shortest history.</summary>
internal sealed class Walk
{
    private readonly Dictionary<string, int> known = new(StringComparer.Ordinal);
    private readonly List<(Node? Node, int From, object By)> nodes = [];
    private readonly List<List<int>> into = [];
    private readonly List<int> atRest = [];
    private readonly Moves moves;
    private int current;

    public Walk(SmallCase small, int surprises, int acts, int both)
    {
        Case = small;
        moves = new Moves(surprises, acts, both, (_, by, next) => Reached(by, next));
    }

    public SmallCase Case { get; }

    public int States => nodes.Count;

    public long Transitions { get; private set; }

    public long Decisions => moves.Decisions;

    /// <summary>What is wrong, with the history that leads there; null: nothing.</summary>
    public string? Wrong()
    {
        try
        {
            Reached("works here", new Node(Case) { Person = Case.Person() });
            for (current = 0; current < nodes.Count; current++)
            {
                Leave();
            }
        }
        catch (BrokenRuleException broken)
        {
            return $"{Case}: broken: {broken.Message}\n{History(current)}";
        }

        return DeadEnd() is { } end ? $"{Case}: from here nothing leads to an end, or to a person\n{History(end)}" : null;
    }

    private void Leave()
    {
        var node = nodes[current].Node!;
        Rules.Stands(node);
        if (Moves.IsAtRest(node))
        {
            Rules.Rests(node);
            atRest.Add(current);
        }

        moves.From(node);
    }

    private void Reached(object by, Node next)
    {
        Transitions++;
        next = next.Forgetful();
        if (by is Moves.Look)
        {
            Rules.Looked(nodes[current].Node!, next);
        }

        if (!known.TryGetValue(next.Key(), out var index))
        {
            known.Add(next.Key(), index = nodes.Count);
            nodes.Add((next, current, by));
            into.Add([]);
        }

        into[index].Add(current);
    }

    /// <summary>A node from which no way leads to one that is at rest; null: there is none.</summary>
    private int? DeadEnd()
    {
        var leads = new bool[nodes.Count];
        var ahead = new Stack<int>(atRest);
        while (ahead.TryPop(out var index))
        {
            if (!leads[index])
            {
                leads[index] = true;
                into[index].ForEach(ahead.Push);
            }
        }

        var end = Array.IndexOf(leads, false);
        return end < 0 ? null : end;
    }

    private string History(int index)
    {
        var told = new List<string>();
        for (var i = index; ; i = nodes[i].From)
        {
            told.Add($"  {By(nodes[i].By)}\n      {Words(nodes[i].Node!)}");
            if (i == 0)
            {
                break;
            }
        }

        told.Reverse();
        return string.Join('\n', told);
    }

    private static string By(object by)
        => by switch
        {
            HrEvent hr => $"event {hr.Type} {hr.EmploymentId} sequence {hr.Sequence}",
            DateTimeOffset now => string.Create(CultureInfo.InvariantCulture, $"it is {now:MM-dd HH:mm}"),
            SagaInput.Reported { Report: var report } => $"report {EnumText.Of(report.Outcome)} {report.Code} of attempt {report.Attempt} at {report.StepId}",
            _ => by.ToString()!,
        };

    private static string Words(Node node)
    {
        var words = new StringBuilder($"a is {node.A}, b is {node.B}{(node.Asked ? ", a person was asked" : "")}");
        foreach (var saga in node.Sagas)
        {
            words.Append(CultureInfo.InvariantCulture, $"; {saga.Kind} {saga.Status}: {string.Join(", ", saga.Steps.Select(s => $"{s.System} {EnumText.Of(s.Action)} {s.Status} {s.Outcome} sent {s.Sends}{(s.Deferred ? " deferred" : "")}"))}");
        }

        return words.Append(CultureInfo.InvariantCulture, $"; look {node.Person.NextLook?.At:MM-dd HH:mm} {node.Person.NextLook?.Cause}").ToString();
    }
}
