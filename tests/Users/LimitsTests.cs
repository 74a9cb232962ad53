using System.Net;
using Azure.Data.Tables;
using MyCoach.Tests.Support;
using MyCoach.Users;

namespace MyCoach.Tests.Users;

/// <summary>How often a user may do what leaves rows for good.</summary>
public sealed class LimitsTests(LocalParts parts)
{
    public static TheoryData<string, string, string> Limited =>
        new()
        {
            { UserLimit.SettingsChanges.RowKey, "PATCH", "/api/settings" },
            { UserLimit.AgentDeletions.RowKey, "DELETE", "/api/agents/coach" },
            { UserLimit.Exports.RowKey, "GET", "/api/usage/export" },
            { UserLimit.Exports.RowKey, "GET", "/api/account/export" },
        };

    [Theory]
    [MemberData(nameof(Limited))]
    public async Task Beyond_its_limit_an_action_is_refused_until_the_period_ends(
        string row,
        string method,
        string path
    )
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        await using var beside = await TestApp.StartAsync(parts, [TestApp.NoRollUp], beside: app);
        (await app.As("ann").PutAsync("/api/agents/coach", new { name = "Coach" })).Is(HttpStatusCode.Created);
        var limit = All.Single(limit => limit.RowKey == row);
        Assert.True(await SendAsync(app, "bob") is HttpStatusCode.OK or HttpStatusCode.NotFound);
        Assert.Equal(1, (await CountsAsync(app)).Single(count => count.PartitionKey == "bob").GetInt32("Count"));
        await app.Table("KeyChecks")
            .AddEntityAsync(
                new TableEntity("ann", row) { ["Count"] = limit.Max - 1, ["WindowStart"] = app.Clock.GetUtcNow() },
                TestContext.Current.CancellationToken
            );

        Assert.True((int)await SendAsync(app, "ann") < 300);
        app.Clock.Advance(limit.Period / 2);
        var activities = (await app.RowsAsync("Activity")).Count;
        var refused = (await beside.As("ann").SendAsync(new HttpMethod(method), path, BodyOf(method))).IsProblem(
            429,
            "too_many_requests"
        );

        Assert.Equal(limit.Period / 2, refused.Headers.RetryAfter?.Delta);
        Assert.Equal(activities, (await app.RowsAsync("Activity")).Count);
        Assert.NotEqual(HttpStatusCode.TooManyRequests, await SendAsync(app, "bob"));
        app.Clock.Advance(limit.Period / 2);
        Assert.NotEqual(HttpStatusCode.TooManyRequests, await SendAsync(beside, "ann"));

        async Task<HttpStatusCode> SendAsync(TestApp instance, string user) =>
            (await instance.As(user).SendAsync(new HttpMethod(method), path, BodyOf(method))).Status;
    }

    [Fact]
    public void Limits_are_documented()
    {
        var page = Repository.Read("docs/limits.md");
        Assert.All(
            All,
            limit =>
                Assert.Contains(
                    $"{limit.Max:N0} per {(limit.Period == TimeSpan.FromHours(1) ? "hour" : "day")}",
                    page,
                    StringComparison.Ordinal
                )
        );
    }

    private static IReadOnlyList<UserLimit> All =>
        [UserLimit.KeyChecks, UserLimit.SettingsChanges, UserLimit.AgentDeletions, UserLimit.Exports];

    private static object? BodyOf(string method) => method == "PATCH" ? new { monthlyBudgetCents = 100 } : null;

    private static async Task<IReadOnlyList<TableEntity>> CountsAsync(TestApp app) => await app.RowsAsync("KeyChecks");
}
