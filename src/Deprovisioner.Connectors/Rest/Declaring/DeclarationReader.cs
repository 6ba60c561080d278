using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Deprovisioner.Connectors.Rest.Declaring;

/// <summary>What reading a file gave.</summary>
/// <param name="Declaration">Null where there is any fault.</param>
/// <param name="Faults">All of them, in the order of the file.</param>
internal sealed record DeclarationReading(Declaration? Declaration, IReadOnlyList<DeclarationFault> Faults);

/// <summary>A file's text to a checked declaration, or to everything that is wrong with it. Whatever the text is, it answers and does not throw.</summary>
internal static class DeclarationReader
{
    public static DeclarationReading Read(string text)
    {
        var faults = new DeclarationFaults();
        if (Root(text, faults) is { } root && DeclarationBinder.Bind<Declaration>(root, faults) is { } declaration && faults.Count == 0)
        {
            DeclarationCheck.Check(declaration, faults);
            return new(faults.Count == 0 ? declaration : null, faults.InOrder);
        }

        return new(null, faults.InOrder);
    }

    private static YamlNode? Root(string text, DeclarationFaults faults)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents is [var only])
            {
                return only.RootNode;
            }

            faults.Add(1, 1, "the file holds no declaration, or several", "write one, beginning with title: and server:");
        }
        catch (YamlException error)
        {
            faults.Add(error.Start.Line, error.Start.Column, $"this is not YAML: {error.Message}", "correct it; quote texts that hold braces, colons or a leading @, * or &");
        }

        return null;
    }
}
