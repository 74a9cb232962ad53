using Azure.Data.Tables;

namespace MyCoach.Users;

/// <summary>The partitions of the table ChangedMonths, which are not the users' own, and how a user's rows in them are found.</summary>
internal static class ChangedMonthRows
{
    public const string Visits = "changed";
    public const string Recounts = "recount";
    public const string Progress = "progress";

    /// <summary>The column of a progress row that names a user-month.</summary>
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
