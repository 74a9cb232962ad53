using Azure.Data.Tables;
using MyCoach.ProviderKeys;

namespace MyCoach.Tests.Support;

/// <summary>The data keys as they are stored, and which rows they encrypt.</summary>
internal static class DataKeyRows
{
    /// <summary>The step of the timer.</summary>
    public static Task RotateAsync(TestApp app) =>
        app.Service<KeyRotation>().RunAsync(TestContext.Current.CancellationToken);

    /// <summary>In the order in which they came.</summary>
    public static async Task<IReadOnlyList<TableEntity>> KeysAsync(TestApp app) =>
        [
            .. (await app.RowsAsync("DataKeys"))
                .Where(row => row.PartitionKey == "data-keys")
                .OrderBy(row => row.RowKey, StringComparer.Ordinal),
        ];

    public static async Task<string> CurrentAsync(TestApp app) => (await KeysAsync(app))[^1].GetString("DataKeyId");

    public static async Task<IEnumerable<(string DataKey, string User)>> EncryptedByAsync(TestApp app) =>
        (await app.RowsAsync("ApiKeys")).Select(row => (row.GetString("DataKeyId"), row.PartitionKey));
}
