using System.Buffers;
using System.Text;

namespace Deprovisioner.Connectors.LinuxSsh;

/// <summary>
/// What the program on the machine is asked: lines of a key and a value on its standard input. A value reaches to the end of its line and is never part of a command; one that
/// would not fit on a line cannot be asked for, and need not be, since nothing in /etc/passwd has it.
/// </summary>
internal sealed class ProgramRequest(string verb)
{
    /// <summary>Bytes; far over what a name may have (LOGIN_NAME_MAX, 256: https://man7.org/linux/man-pages/man3/sysconf.3.html), and far under what an environment holds.</summary>
    private const int LongestValue = 2000;

    private static readonly SearchValues<char> NeverInPasswd = SearchValues.Create("\n\0:");

    private readonly StringBuilder lines = new($"{AccountProgram.Version} {verb}\n");

    /// <summary>Whether a field of /etc/passwd can hold the text at all: no line break, no colon, no NUL, only whole characters.</summary>
    public static bool CanBeAField(string text)
        => text.Length > 0 && !text.AsSpan().ContainsAny(NeverInPasswd) && IsUnicode(text) && Encoding.UTF8.GetByteCount(text) <= LongestValue;

    /// <exception cref="ArgumentException">The value does not fit on a line.</exception>
    public ProgramRequest With(string key, string value)
    {
        if (value.AsSpan().ContainsAny('\n', '\0'))
        {
            throw new ArgumentException("A value holds a line break.", nameof(value));
        }

        lines.Append(key).Append(' ').Append(value).Append('\n');
        return this;
    }

    public byte[] ToBytes() => Encoding.UTF8.GetBytes($"{lines}end\n");

    private static bool IsUnicode(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done)
            {
                return false;
            }

            rest = rest[length..];
        }

        return true;
    }
}
