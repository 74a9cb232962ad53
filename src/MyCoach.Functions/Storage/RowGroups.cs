using System.Runtime.CompilerServices;
using Azure.Data.Tables;

namespace MyCoach.Storage;

internal static class RowGroups
{
    /// <summary>Rows in the order of their keys, in groups that one entity group transaction each can change.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<TableEntity>> GroupedAsync(
        this IAsyncEnumerable<TableEntity> rows,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        var group = new List<TableEntity>();
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            if (group.Count == EntityGroupTransaction.MostOperations || (group.Count > 0 && group[0].PartitionKey != row.PartitionKey))
            {
                yield return group;
                group = [];
            }
            group.Add(row);
        }
        if (group.Count > 0)
        {
            yield return group;
        }
    }
}
