using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.Users;

/// <summary>
/// All tables with data of users. Code reaches them only through here, so that export and erasure are complete.
/// </summary>
internal sealed class UserTables(TableSource storage, ErasureFence fence)
{
    public UserTable ProviderKeys { get; } = New(storage, fence, "ApiKeys", OwnPartition, "EncryptedKey");

    // It dates from when only checks of keys were limited.
    public UserTable Limits { get; } = New(storage, fence, "KeyChecks", OwnPartition);
    public UserTable Settings { get; } = New(storage, fence, "Settings", OwnPartition);
    public UserTable Agents { get; } = New(storage, fence, "Agents", OwnPartition);
    public UserTable Tokens { get; } = New(storage, fence, "Tokens", OwnTokens, "Hash", "PreviousHash");
    public UserTable Conversations { get; } = New(storage, fence, "Conversations", OwnPartition);
    public UserTable StoredResponses { get; } = New(storage, fence, "StoredResponses", OwnPartition);
    public UserTable Usage { get; } = New(storage, fence, "Usage", MonthPartitions);
    public UserTable ChangedMonths { get; } = New(storage, fence, "ChangedMonths", ChangedMonthRows.Of);
    public UserTable Repricings { get; } = New(storage, fence, "Repricings", OwnPartition);
    public UserTable Bills { get; } = New(storage, fence, "Bills", OwnAndMonthPartitions);
    public UserTable Activity { get; } = New(storage, fence, "Activity", OwnPartition);

    /// <summary>All tables, in the order of erasure: provider keys first.</summary>
    public IReadOnlyList<UserTable> All =>
        [
            ProviderKeys,
            Limits,
            Settings,
            Agents,
            Tokens,
            Conversations,
            StoredResponses,
            Usage,
            ChangedMonths,
            Repricings,
            Bills,
            Activity,
        ];

    private static UserTable New(
        TableSource storage,
        ErasureFence fence,
        string name,
        Func<UserId, IReadOnlyList<string>> rowsOf,
        params string[] withheld
    ) => new(name, storage.Table(name), fence, rowsOf, withheld);

    private static IReadOnlyList<string> OwnPartition(UserId user) =>
        [TableClient.CreateQueryFilter($"PartitionKey eq {user.Key}")];

    private static IReadOnlyList<string> OwnTokens(UserId user) =>
        [TableClient.CreateQueryFilter($"PartitionKey eq {TokenOwner.Of(user)}")];

    private static IReadOnlyList<string> OwnAndMonthPartitions(UserId user) =>
        [.. OwnPartition(user), .. MonthPartitions(user)];

    private static IReadOnlyList<string> MonthPartitions(UserId user) =>
        [
            TableClient.CreateQueryFilter(
                $"PartitionKey ge {user.FirstMonthPartition} and PartitionKey le {user.LastMonthPartition}"
            ),
        ];
}
