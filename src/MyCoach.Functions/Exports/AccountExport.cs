using System.IO.Pipelines;
using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using MyCoach.Accounts;
using MyCoach.Agents;
using MyCoach.Auth;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.ProviderKeys;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Tokens;
using MyCoach.Users;

namespace MyCoach.Exports;

/// <summary>
/// Writes everything stored about a user as one <see cref="AccountExportView"/>, while the rows are read. Provider keys
/// appear as their mask, never as ciphertext. If the storage fails midway the connection is aborted, so that a partial
/// export never looks complete.
/// </summary>
internal sealed class AccountExport(
    UserTables tables,
    TombstonesTable conversations,
    MonthTable usage,
    SettingsTable settings,
    ModelCatalogue catalogue,
    ChatModels models,
    IOptions<JsonOptions> options,
    TimeProvider clock
)
{
    public async Task WriteAsync(Stream stream, UserId user, CancellationToken cancellation)
    {
        // Not completed after a failed read, because that would send what is in the buffer.
        var output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        using var json = new Utf8JsonWriter(output);
        var writer = new ExportWriter(output, json, options.Value.SerializerOptions);
        var deletions = await conversations.ListDeletedConversationsAsync(user, cancellation);
        var own = await settings.GetAsync(user, cancellation);
        var now = clock.GetUtcNow();
        var byToken = await usage.FindTotalsByTokenAsync(user, Month.Of(now), cancellation);
        var other = new List<(UserTable Table, TableEntity Row)>();

        json.WriteStartObject();
        json.WriteString("userId", user.Value);
        writer.Write("exportedAt", now);
        await WriteAsync(
            "keys",
            tables.ProviderKeys,
            row => ProviderKeysTable.Read(row) is { Purpose: KeyPurpose.Calls } key ? ProviderKeyView.Of(key) : null
        );
        await WriteAsync("limits", tables.Limits, LimitView.Of);
        writer.Write("settings", SettingsView.Of(own, models));
        await WriteAsync(
            "agents",
            tables.Agents,
            row =>
                CountedRows.IsCount(row)
                    ? null
                    : AgentView.Of(AgentsTable.Read(row), own.DefaultModel, catalogue, models)
        );
        await WriteAsync(
            "tokens",
            tables.Tokens,
            row =>
                CountedRows.IsCount(row)
                    ? null
                    : new TokenView(TokensTable.Read(row), byToken.GetValueOrDefault(row.RowKey), now)
        );
        await WriteAsync(
            "deletedConversations",
            tables.Conversations,
            row => TombstonesTable.IsInternal(row) ? null : DeletedConversationView.Of(TombstonesTable.Read(row))
        );
        await WriteMonthsAsync();
        await WriteAsync("activity", tables.Activity, row => ActivityView.Of(ActivityTable.Read(row)));
        await WriteOtherAsync();
        json.WriteEndObject();
        await writer.FinishAsync(cancellation);

        async Task WriteAsync<TView>(string member, UserTable table, Func<TableEntity, TView?> viewOf)
            where TView : class
        {
            json.WriteStartArray(member);
            await foreach (var row in table.RowsOfAsync(user, cancellation))
            {
                if (viewOf(row) is { } view)
                {
                    writer.Write(view);
                    await writer.FlushIfLongAsync(cancellation);
                }
                else
                {
                    other.Add((table, row));
                }
            }
            json.WriteEndArray();
        }

        async Task WriteMonthsAsync()
        {
            json.WriteStartArray("months");
            var months = new MonthExport(writer, catalogue, now);
            await foreach (var row in tables.Usage.RowsOfAsync(user, cancellation).Where(deletions.TryShow))
            {
                if (!months.TryWrite(row))
                {
                    other.Add((tables.Usage, row));
                }
                await writer.FlushIfLongAsync(cancellation);
            }
            months.End();
            json.WriteEndArray();
        }

        // Whatever has no view, so that the export is complete.
        async Task WriteOtherAsync()
        {
            json.WriteStartArray("other");
            foreach (var (table, row) in other)
            {
                writer.WriteRow(table, row);
            }
            foreach (var table in tables.All.Except(Shown))
            {
                await foreach (var row in table.RowsOfAsync(user, cancellation))
                {
                    writer.WriteRow(table, row);
                    await writer.FlushIfLongAsync(cancellation);
                }
            }
            json.WriteEndArray();
        }
    }

    private IEnumerable<UserTable> Shown =>
        [
            tables.ProviderKeys,
            tables.Limits,
            tables.Settings,
            tables.Agents,
            tables.Tokens,
            tables.Conversations,
            tables.Usage,
            tables.Activity,
        ];
}
