using System.Runtime.CompilerServices;
using Azure.Data.Tables;

namespace MyCoach.Storage;

internal static class RowGroups
{
    /// <summary>
    /// Splits rows, which must come in key order, into groups that fit into one entity group transaction each.
    /// </summary>
    public static IAsyncEnumerable<IReadOnlyList<TableEntity>> GroupedAsync(
        this IAsyncEnumerable<TableEntity> rows,
        CancellationToken cancellation = default
    ) => rows.GroupedAsync(row => row.PartitionKey, cancellation);

    /// <param name="partitionOf">Returns the value that all items of a group share.</param>
    public static IAsyncEnumerable<IReadOnlyList<T>> GroupedAsync<T>(
        this IAsyncEnumerable<T> rows,
        Func<T, string> partitionOf,
        CancellationToken cancellation = default
    ) => rows.GroupedAsync(partitionOf, EntityGroupTransaction.MaxOperations, cancellation);

    /// <param name="partitionOf">Returns the value that all items of a group share.</param>
    public static async IAsyncEnumerable<IReadOnlyList<T>> GroupedAsync<T>(
        this IAsyncEnumerable<T> rows,
        Func<T, string> partitionOf,
        int maxItems,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        var group = new List<T>();
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            if (group.Count == maxItems || (group.Count > 0 && partitionOf(group[0]) != partitionOf(row)))
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
