using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Deprovisioner.Core.Policies.Yaml;

/// <summary>
/// The file's text as a tree with places. Built from the parser's events and not from the library's own tree, because that one stops
/// at the first duplicate key and recurses as deep as the text says; this one keeps duplicates to be reported and is bounded.
/// </summary>
internal static class YamlTree
{
    /// <summary>A file of 1 MiB describes thousands of systems; anything larger is another file.</summary>
    public const int MostCharacters = 1024 * 1024;

    /// <summary>The deepest legal place (a step's field) is 7 deep.</summary>
    private const int MostDepth = 32;

    /// <summary>With every alias written out. The largest legal file is far below.</summary>
    private const int MostItems = 500_000;

    /// <summary>The root, or null and at least one fault.</summary>
    public static YamlItem? Read(string text, FaultList faults)
    {
        if (text.Length > MostCharacters)
        {
            faults.Add(1, 1, "", $"the file has {text.Length} characters and may have {MostCharacters}", "check that it is the right file");
            return null;
        }

        if (!YamlCharacters.Check(text, faults))
        {
            return null;
        }

        try
        {
            return Build(new Parser(new Scanner(new StringReader(text))), faults);
        }
        catch (YamlException error)
        {
            // The parser's messages say what it expected, and never show what stood there, which may be a secret.
            faults.Add(error.Start.Line, error.Start.Column, "", $"this is not YAML: {error.Message.TrimEnd('.')}", "correct the indentation, quotes or brackets here or just before");
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            // What the library's scanner throws on some malformed texts instead of its own exception.
            faults.Add(1, 1, "", "this is not YAML", "correct the indentation, quotes and brackets");
        }

        return null;
    }

    private static YamlItem? Build(Parser parser, FaultList faults)
    {
        var builder = new Builder(faults);
        while (parser.MoveNext())
        {
            if (!builder.Take(parser.Current!))
            {
                return null;
            }
        }

        var root = builder.Root;
        if (root?.Size > MostItems)
        {
            faults.Add(root, "", $"with its aliases written out the file has more than {MostItems} items", "use fewer aliases inside one another");
            return null;
        }

        return root ?? new YamlText(1, 1, "", isPlain: true);
    }

    /// <summary>Turns events into items with a stack of its own.</summary>
    private sealed class Builder(FaultList faults)
    {
        private readonly Stack<Frame> open = new();
        private readonly Dictionary<string, YamlItem> anchors = new(StringComparer.Ordinal);
        private int documents;

        public YamlItem? Root { get; private set; }

        /// <summary>False: no use in reading on.</summary>
        public bool Take(ParsingEvent next)
        {
            var (line, column) = ((int)next.Start.Line, (int)next.Start.Column);
            switch (next)
            {
                case DocumentStart when ++documents > 1:
                    faults.Add(line, column, "", "a second document begins here", "keep one document in the file, without '---' between parts");
                    return false;
                case NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } }:
                    faults.Add(line, column, "", "a tag ('!…') stands here, and tags are not read", "take it away");
                    return false;
                case AnchorAlias alias when anchors.TryGetValue(alias.Value.Value, out var target):
                    Place(target);
                    return true;
                case AnchorAlias:
                    faults.Add(line, column, "", "an alias ('*…') stands here, and no anchor ('&…') of that name is complete before it", "define the anchor first, or quote the text if it is meant to begin with a star");
                    return false;
                case Scalar scalar:
                    Close(new YamlText(line, column, scalar.Value, scalar.Style == ScalarStyle.Plain), scalar.Anchor);
                    return true;
                case MappingStart or SequenceStart when open.Count == MostDepth:
                    faults.Add(line, column, "", $"this is nested more than {MostDepth} levels deep", "look for a bracket that is not closed");
                    return false;
                case MappingStart or SequenceStart:
                    open.Push(new Frame(line, column, ((NodeEvent)next).Anchor, next is MappingStart));
                    return true;
                case MappingEnd or SequenceEnd:
                    var frame = open.Pop();
                    Close(frame.IsMap ? new YamlMap(frame.Line, frame.Column, Entries(frame)) : new YamlList(frame.Line, frame.Column, frame.Items), frame.Anchor);
                    return true;
                default:
                    return true;
            }
        }

        // An anchor counts once its item is complete: an item can never hold itself.
        private void Close(YamlItem item, AnchorName anchor)
        {
            if (!anchor.IsEmpty)
            {
                anchors[anchor.Value] = item;
            }

            Place(item);
        }

        private void Place(YamlItem item)
        {
            if (open.TryPeek(out var frame))
            {
                frame.Items.Add(item);
            }
            else
            {
                Root ??= item;
            }
        }

        private List<YamlEntry> Entries(Frame frame)
        {
            var entries = new List<YamlEntry>(frame.Items.Count / 2);
            for (var i = 0; i + 1 < frame.Items.Count; i += 2)
            {
                if (frame.Items[i] is YamlText key)
                {
                    entries.Add(new(key, frame.Items[i + 1]));
                }
                else
                {
                    faults.Add(frame.Items[i], "", $"{frame.Items[i].Kind} stands where a key is expected", "write a plain word as the key");
                }
            }

            return entries;
        }

        private sealed record Frame(int Line, int Column, AnchorName Anchor, bool IsMap)
        {
            public List<YamlItem> Items { get; } = [];
        }
    }
}
