using Azure.Data.Tables;

namespace MyCoach.Users;

/// <summary>The partitions of the table ChangedMonths, which all users share, and the filters that find a user's rows in them.</summary>
internal static class ChangedMonthRows
{
    public const string Visits = "changed";
    public const string Recounts = "recount";
    public const string Progress = "progress";

    /// <summary>The column of a progress row with a user-month.</summary>
    public const string From = "From";

    public static IReadOnlyList<string> Of(UserId user)
    {
        var (first, last) = (user.FirstMonthPartition, user.LastMonthPartition);
        return
        [
            TableClient.CreateQueryFilter($"PartitionKey eq {Visits} and RowKey ge {first} and RowKey le {last}"),
            TableClient.CreateQueryFilter($"PartitionKey eq {Recounts} and RowKey ge {first} and RowKey le {last}"),
            TableClient.CreateQueryFilter($"PartitionKey eq {Progress} and From ge {first} and From le {last}"),
        ];
    }
}
