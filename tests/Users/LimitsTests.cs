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
        var limit = All.Single(limit => limit.RowKey == row);
        var done = method == "DELETE" ? HttpStatusCode.NoContent : HttpStatusCode.OK;
        (await SendAsync(app, "bob")).Is(done);
        Assert.Equal(1, (await CountsAsync(app)).Single(count => count.PartitionKey == "bob").GetInt32("Count"));
        await app.Table("KeyChecks")
            .AddEntityAsync(
                new TableEntity("ann", row) { ["Count"] = limit.Max - 1, ["WindowStart"] = app.Clock.GetUtcNow() },
                TestContext.Current.CancellationToken
            );

        (await SendAsync(app, "ann")).Is(done);
        app.Clock.Advance(limit.Period / 2);
        var activities = (await app.RowsAsync("Activity")).Count;
        var refused = (await SendAsync(beside, "ann")).IsProblem(429, "too_many_requests");

        Assert.Equal(limit.Period / 2, refused.Headers.RetryAfter?.Delta);
        Assert.Equal(activities, (await app.RowsAsync("Activity")).Count);
        (await SendAsync(app, "bob")).Is(done);
        app.Clock.Advance(limit.Period / 2);
        (await SendAsync(beside, "ann")).Is(done);

        async Task<Answer> SendAsync(TestApp instance, string user)
        {
            var client = instance.As(user);
            Assert.True((int)(await client.PutAsync("/api/agents/coach", new { name = "Coach" })).Status < 300);
            return await client.SendAsync(new HttpMethod(method), path, BodyOf(method));
        }
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
