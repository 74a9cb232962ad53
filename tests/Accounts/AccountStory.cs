using System.Globalization;
using System.Net;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using MyCoach.Accounts;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Prices;
using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Tests.Support;
using MyCoach.Tests.Tokens;
using MyCoach.Upkeep;
using MyCoach.Users;

namespace MyCoach.Tests.Accounts;

/// <summary>A user who uses everything there is, and what storage holds of whom.</summary>
internal static class AccountStory
{
    public const string AnthropicKey = "sk-ant-api03-a-key-that-no-one-may-see";
    public const string AdminKey = "sk-admin-a-third-key-that-no-one-may-see";
    public const string OpenAiKey = "sk-proj-another-key-that-no-one-may-see";

    /// <summary>
    /// Keeps the program's own timer from doing what a test wants to do itself, however far its clock runs.
    /// </summary>
    public const string NoTimer = "BudgetRollupSchedule=0 0 0 1 6 *";

    /// <summary>Leaves at least one row in every table; the users' months are this one and the last.</summary>
    public static async Task LiveAsync(TestApp app, params IEnumerable<string> users)
    {
        await Parallel.ForEachAsync(
            users,
            TestContext.Current.CancellationToken,
            async (user, _) => await ActAsync(app, user)
        );
        // Once, because it works through the months of all users.
        await app.Service<MonthUpkeep>().RunAsync(TestContext.Current.CancellationToken);
    }

    private static async Task ActAsync(TestApp app, string user)
    {
        using var client = app.As(user);
        Expect(await client.PatchAsync("/api/settings", new { monthlyBudgetCents = 2, defaultModel = "gpt-4o" }));
        Expect(await client.PutAsync("/api/keys/anthropic", new { apiKey = AnthropicKey }));
        Expect(await client.PutAsync("/api/keys/openai", new { apiKey = OpenAiKey }));
        Expect(await client.PutAsync("/api/billing/openai", new { adminKey = AdminKey }));
        Expect(await client.PostAsync("/api/billing/openai/sync"));
        Expect(await client.PutAsync("/api/agents/coach", new { name = "Coach" }));
        // The program would choose another id each time.
        await TokenSteps.StoreAsync(app, user, "aBcDeFgHiJkL");
        Expect(await client.PostAsync("/api/usage", Event("now", app.Clock.GetUtcNow())));
        Expect(await client.PostAsync("/api/usage", Event("then", app.Clock.GetUtcNow().AddDays(-20))));
        Expect(await client.DeleteAsync("/api/conversations/talk"));
        Expect(await client.PostAsync("/api/usage", Event("again", app.Clock.GetUtcNow())));
        Expect(await client.GetAsync("/api/usage/export"));
        await KeepAnswerAsync(app, user);
        await KeepRepricingAsync(app, user);

        static void Expect(Answer answer) => Assert.True((int)answer.Status < 300, answer.Text);
    }

    /// <summary>The rows that a call to OpenAI leaves for calls that continue it.</summary>
    public static async Task KeepAnswerAsync(TestApp app, string user)
    {
        var id = await app.Service<ErasureFence>()
            .EnterAsync(UserId.TryCreate(user)!, TestContext.Current.CancellationToken);
        await app.Service<StoredResponsesTable>().KeepAsync(id, ("resp_1", ["msg_1"]), "gpt-4o-mini", 20, 10);
    }

    /// <summary>The row that a repricing leaves for the operator who ordered it.</summary>
    private static async Task KeepRepricingAsync(TestApp app, string user)
    {
        var (now, cancellation) = (app.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
        var job = new RepricingJob("job", default, [], 1, IsDryRun: true, now, now, RepricingJob.Finished, 1);
        await app.Service<RepricingTable>()
            .WriteAsync(
                await app.Service<ErasureFence>().EnterAsync(UserId.TryCreate(user)!, cancellation),
                Month.Of(now),
                job,
                [new RepricedModel(Provider.OpenAi, "gpt-4o", 1, 0, PicoUsd.OfCents(1))],
                cancellation
            );
    }

    /// <summary>The row that a roll-up which stopped at this user's month leaves for the next one.</summary>
    public static Task StopAtAsync(TestApp app, string user) =>
        app.Table("ChangedMonths")
            .UpsertEntityAsync(
                new TableEntity("progress", "changed") { ["From"] = $"{KeyEncoding.Encode(user)}_202611" },
                TableUpdateMode.Replace,
                TestContext.Current.CancellationToken
            );

    public static object Event(string id, DateTimeOffset at) =>
        new
        {
            id,
            provider = "anthropic",
            model = "claude-sonnet-4-20250514",
            inputTokens = 1000,
            outputTokens = 500,
            conversationId = "talk",
            agentId = "coach",
            createdAt = at,
        };

    /// <summary>Everything in storage, one line a row with its table, keys, ETag and every column.</summary>
    public static async Task<IReadOnlyList<string>> EverythingAsync(TestApp app)
    {
        var lines = new List<string>();
        foreach (var table in await app.TablesAsync())
        {
            lines.AddRange((await app.RowsAsync(table)).Select(row => $"{table} {TextOf(row)}"));
        }
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    /// <summary>The lines that name a user whose id is in no other word.</summary>
    public static IEnumerable<string> Naming(IEnumerable<string> lines, string user) =>
        lines.Where(line =>
            line.Contains(user, StringComparison.OrdinalIgnoreCase)
            || line.Contains(KeyEncoding.Encode(user), StringComparison.OrdinalIgnoreCase)
            || line.Contains(Uri.EscapeDataString(user), StringComparison.OrdinalIgnoreCase)
        );

    public static async Task AssertNothingIsLeftAsync(TestApp app, params IEnumerable<string> users)
    {
        var everything = await EverythingAsync(app);
        Assert.All(users, user => Assert.Empty(Naming(everything, user)));
    }

    /// <summary>
    /// Every endpoint that a user reaches, but for the two that answer also while the account is being erased.
    /// </summary>
    public static IReadOnlyList<(HttpMethod Method, string Path)> EndpointsBehindTheFence(TestApp app) =>
        [
            .. from endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            where endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
            // What takes any method is the gateway's refusal of what it does not forward.
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
            let path = PathOf(endpoint)
            // Operators act for no user.
            where !path.StartsWith("/api/admin/", StringComparison.Ordinal)
            where path != "/api/account" || method is not ("GET" or "DELETE")
            select (new HttpMethod(method), path),
        ];

    public static Task ContinueAsync(TestApp app) =>
        app.Service<ErasureContinuation>().RunAsync(TestContext.Current.CancellationToken);

    /// <summary>
    /// Erases an account however busy the machine is: an answer of 202 is followed by another request.
    /// </summary>
    public static async Task EraseAsync(TestApp app, string user)
    {
        using var client = app.As(user);
        while (
            await AfterQuietAsync(app, client.DeleteAsync("/api/account"))
                is { Status: not HttpStatusCode.NoContent } answer
        )
        {
            answer.Is(HttpStatusCode.Accepted);
        }
    }

    /// <summary>
    /// Lets the time pass that an erasure waits for, and then little more, so that no time limit ends because the
    /// machine is busy with other tests.
    /// </summary>
    public static async Task<T> AfterQuietAsync<T>(TestApp app, Task<T> erasing)
    {
        while (!erasing.IsCompleted && !await AnyUnderWayAsync(app))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
        await (erasing.IsCompleted ? erasing : PassAsync(app, AccountEraser.Quiet));
        while (!erasing.IsCompleted)
        {
            app.Clock.Advance(TimeSpan.FromMilliseconds(10));
            await Task.WhenAny(erasing, Task.Delay(50, TestContext.Current.CancellationToken));
        }
        return await erasing;
    }

    /// <summary>Lets so much time pass, in steps between which the program gets to do something.</summary>
    public static async Task PassAsync(TestApp app, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(500))
        {
            app.Clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<bool> AnyUnderWayAsync(TestApp app) =>
        (await app.TablesAsync()).Contains("Erasures")
        && (await app.RowsAsync("Erasures")).Any(erasure => erasure.GetDateTimeOffset("DoneAt") is null);

    private static string PathOf(RouteEndpoint endpoint) =>
        "/"
        + string.Join(
            '/',
            endpoint.RoutePattern.PathSegments.Select(segment =>
                segment.Parts[0] is RoutePatternLiteralPart literal ? literal.Content : "x"
            )
        );

    private static string TextOf(TableEntity row) =>
        string.Join(
            ' ',
            row.OrderBy(column => column.Key, StringComparer.Ordinal)
                .Select(column => $"{column.Key}={Convert.ToString(column.Value, CultureInfo.InvariantCulture)}")
        );
}
