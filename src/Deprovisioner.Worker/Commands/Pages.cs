using Deprovisioner.Storage.Reading;

namespace Deprovisioner.Worker.Commands;

/// <summary>Whole lists, part by part.</summary>
internal static class Pages
{
    public static async IAsyncEnumerable<T> All<T>(Func<PageRequest, Task<Page<T>>> read)
    {
        string? place = null;
        do
        {
            var page = await read(new PageRequest(PageRequest.Limit, place));
            foreach (var item in page.Items)
            {
                yield return item;
            }

            place = page.Next;
        }
        while (place is not null);
    }
}
