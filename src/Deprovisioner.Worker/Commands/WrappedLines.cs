namespace Deprovisioner.Worker.Commands;

/// <summary>Text in lines that fit an ordinary terminal. Words are never broken: an id or a DN that was cut in two would be of no use to whoever copies it.</summary>
internal sealed class WrappedLines
{
    /// <summary>The most characters in a line; two windows beside each other on a common screen have as many.</summary>
    public const int Width = 98;

    private readonly List<string> lines = [];

    public IReadOnlyList<string> All => lines;

    public void Blank() => lines.Add("");

    /// <param name="indent">Blanks before the first line.</param>
    /// <param name="hanging">Blanks before the others.</param>
    public void Add(int indent, int hanging, string text)
    {
        var line = new string(' ', indent) + text[..^text.TrimStart().Length];
        var isEmpty = true;
        foreach (var (word, gap) in Words(text.TrimStart()))
        {
            if (!isEmpty && line.Length + gap.Length + word.Length > Width)
            {
                lines.Add(line.TrimEnd());
                (line, isEmpty) = (new string(' ', hanging) + word, false);
                continue;
            }

            line += (isEmpty ? "" : gap) + word;
            isEmpty = false;
        }

        lines.Add(line.TrimEnd());
    }

    /// <summary>Each word with the blanks before it: columns stay where they are.</summary>
    private static IEnumerable<(string Word, string Gap)> Words(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var word = at;
            while (word < text.Length && text[word] == ' ')
            {
                word++;
            }

            var end = text.IndexOf(' ', word);
            end = end < 0 ? text.Length : end;
            yield return (text[word..end], text[at..word]);
            at = end;
        }
    }
}
