using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Deprovisioner.Connectors.AwsIam;

/// <summary>Reads answers by their local names: the namespace has the API's version, and other clouds leave it out.</summary>
internal static class IamXml
{
    private const int Largest = 32 * 1024 * 1024;

    /// <summary>The root element; null: it is no XML, or one with a document type, which no answer has.</summary>
    public static XElement? Root(string text)
    {
        try
        {
            using var source = new StringReader(text);
            using var reader = XmlReader.Create(source, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = Largest });
            return XDocument.Load(reader).Root;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    public static XElement? Child(this XElement from, string name) => from.Elements().FirstOrDefault(e => e.Name.LocalName == name);

    public static string? Text(this XElement from, string name) => from.Child(name)?.Value;

    /// <summary>A list's members; none where there is no list.</summary>
    public static IEnumerable<XElement> Members(this XElement from, string list) => from.Child(list)?.Elements().Where(e => e.Name.LocalName == "member") ?? [];

    public static DateTimeOffset? Instant(this XElement from, string name)
        => DateTimeOffset.TryParse(from.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;
}
