using System.Net;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MyCoach.Backups;
using MyCoach.Billing;
using MyCoach.Catalogue;
using MyCoach.Crypto;
using MyCoach.Prices;
using MyCoach.ProviderKeys;
using MyCoach.Storage;
using MyCoach.Tests.Accounts;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;
using MyCoach.Users;

namespace MyCoach.Tests.Users;

/// <summary>No table that knows users escapes export and erasure, also one that is added later.</summary>
public sealed partial class UserTableTests(LocalParts parts)
{
    // The storage's own, the wrapper that all others go through, the one that is about users who are gone, and those
    // that know of no user.
    private static readonly Type[] NotOfUsers =
    [
        typeof(LazyTable),
        typeof(UserTable),
        typeof(ErasuresTable),
        typeof(WrappedKeysTable),
        typeof(RotationTable),
        typeof(RetentionTable),
        typeof(PriceVersionsTable),
        typeof(PriceProposalTable),
        typeof(PriceEvidenceTable),
    ];

    [Fact]
    public void Only_user_tables_and_system_tables_get_a_table()
    {
        var takers = Repository
            .Files("src", "*.cs")
            .Where(file =>
                !file.Contains("/Storage/", StringComparison.Ordinal) && TakesTable().IsMatch(Repository.Read(file))
            );

        Assert.Equal(
            [
                // Backups save and restore all tables as they are.
                "src/MyCoach.Functions/Backups/BackupCommand.cs",
                "src/MyCoach.Functions/Backups/TableBackup.cs",
                "src/MyCoach.Functions/Backups/TableRestore.cs",
                "src/MyCoach.Functions/Billing/Evidence/PriceEvidenceTable.cs",
                "src/MyCoach.Functions/Catalogue/PriceVersionsTable.cs",
                "src/MyCoach.Functions/Crypto/WrappedKeysTable.cs",
                "src/MyCoach.Functions/Prices/PriceProposalTable.cs",
                "src/MyCoach.Functions/Prices/RepricingTable.cs",
                "src/MyCoach.Functions/ProviderKeys/RotationTable.cs",
                "src/MyCoach.Functions/Upkeep/RetentionTable.cs",
                "src/MyCoach.Functions/Users/ErasuresTable.cs",
                "src/MyCoach.Functions/Users/UserTables.cs",
            ],
            takers
        );
    }

    [Fact]
    public void Only_the_storage_folder_calls_the_table_service() =>
        Assert.All(
            Repository.Files("src", "*.cs").Where(file => TalksToStorage().IsMatch(Repository.Read(file))),
            file => Assert.StartsWith("src/MyCoach.Functions/Storage/", file, StringComparison.Ordinal)
        );

    [Fact]
    public void Each_class_of_rows_keeps_them_in_a_table_of_users()
    {
        var tables = typeof(UserTables)
            .Assembly.GetTypes()
            .Where(type =>
                type is { IsClass: true, IsNested: false } && type.Name.EndsWith("Table", StringComparison.Ordinal)
            )
            .Except(NotOfUsers)
            .ToArray();

        Assert.True(tables.Length >= 8, "There are hardly any tables; were they found?");
        Assert.All(
            tables,
            table =>
                Assert.Contains(
                    table
                        .GetConstructors(BindingFlags.Instance | BindingFlags.Public)
                        .SelectMany(constructor => constructor.GetParameters()),
                    parameter => parameter.ParameterType == typeof(UserTables)
                )
        );
    }

    [Fact]
    public async Task Every_table_is_exported_and_erased_once_keys_first()
    {
        await using var app = await TestApp.StartAsync(parts);
        var tables = app.Service<UserTables>();
        var kept = typeof(UserTables)
            .GetProperties()
            .Where(property => property.PropertyType == typeof(UserTable))
            .Select(property => (UserTable)property.GetValue(tables)!)
            .ToArray();
        Assert.Empty(kept.Select(table => table.Name).Except(TableBackup.Tables));

        Assert.Equal(kept.Order(ByName), tables.All.Order(ByName));
        Assert.Equal(
            tables.All.Count,
            tables.All.Select(table => table.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count()
        );
        Assert.Same(tables.ProviderKeys, tables.All[0]);
    }

    [Fact]
    public async Task Every_row_of_a_user_is_exported_and_erased()
    {
        const string User = "user-of-one-name";
        await using var app = await TestApp.StartAsync(parts, [AccountStory.NoTimer]);
        await AccountStory.LiveAsync(app, User);
        await AccountStory.StopAtAsync(app, User);

        var export = (await app.As(User).GetAsync("/api/account/export")).Is(HttpStatusCode.OK).Body!;

        var rows = await RowsNamingAsync(app, User);
        // A table that this story does not reach is not known to take part: let the story reach it.
        Assert.DoesNotContain(0, rows.Values);
        // The totals of a deleted conversation count for no conversation until the timer deletes them; its next use has
        // the next generation.
        var deleted = (await app.RowsAsync("Conversations"))
            .Select(tombstone => $"conversation_{tombstone.RowKey}")
            .ToHashSet();
        var hidden = (await app.RowsAsync("Usage")).Count(row =>
            deleted.Contains(row.RowKey) && row.GetInt64("Generation") is null
        );
        Assert.Equal(
            rows.Select(table => $"{table.Key} {table.Value - (table.Key == "usage" ? hidden : 0)}").Order(),
            ExportedRows(export).Select(table => $"{table.Key} {table.Value}").Order()
        );

        await AccountStory.EraseAsync(app, User);
        Assert.All((await RowsNamingAsync(app, User)).Values, count => Assert.Equal(0, count));
    }

    // How many rows of each table the export shows.
    private static Dictionary<string, int> ExportedRows(JsonNode export)
    {
        var months = export["months"]!.AsArray();
        return new()
        {
            ["apiKeys"] = Count("keys") + Others("apiKeys"),
            ["keyChecks"] = Count("limits"),
            ["settings"] = 1,
            ["agents"] = Count("agents") + Others("agents"),
            ["conversations"] = Count("deletedConversations") + Others("conversations"),
            // The count of the tokens does not name the user.
            ["tokens"] = Count("tokens") + Others("tokens") - 1,
            ["storedResponses"] = Others("storedResponses"),
            // Each event has a mark with its id, which is not shown. The ledger is in the budget, with the alerts.
            ["usage"] =
                months.Sum(month =>
                    month!["agents"]!.AsArray().Count
                    + month["conversations"]!.AsArray().Count
                    + month["days"]!.AsArray().Count
                    + (2 * month["events"]!.AsArray().Count)
                    + month["reservations"]!.AsArray().Count
                    + month["tokens"]!.AsArray().Count
                    + month["budget"]!["alerts"]!.AsArray().Count
                    + 1
                ) + Others("usage"),
            ["changedMonths"] = Others("changedMonths"),
            ["repricings"] = Others("repricings"),
            ["bills"] = Others("bills"),
            ["activity"] = Count("activity"),
        };

        int Count(string member) => export[member]!.AsArray().Count;

        int Others(string table) => export["other"]!.AsArray().Count(row => (string?)row!["table"] == table);
    }

    private static Comparer<UserTable> ByName { get; } =
        Comparer<UserTable>.Create((left, right) => string.CompareOrdinal(left.Name, right.Name));

    private static async Task<Dictionary<string, int>> RowsNamingAsync(TestApp app, string user)
    {
        var everything = await AccountStory.EverythingAsync(app);
        return (await app.TablesAsync())
            .Where(table => table is not ("Erasures" or "Prices"))
            .ToDictionary(
                JsonNamingPolicy.CamelCase.ConvertName,
                table =>
                    AccountStory
                        .Naming(everything.Where(line => line.StartsWith($"{table} ", StringComparison.Ordinal)), user)
                        .Count()
            );
    }

    [GeneratedRegex(@"\bTableSource\b")]
    private static partial Regex TakesTable();

    [GeneratedRegex(@"\b(?:GetTableClient|new TableClient|TableServiceClient|new LazyTable)\b")]
    private static partial Regex TalksToStorage();
}
