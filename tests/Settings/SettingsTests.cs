using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Settings;

public sealed class SettingsTests(LocalParts parts)
{
    private const string Defaults =
        """{"monthlyBudgetCents":null,"budgetMode":"strict","defaultModel":null,"alertThresholds":[50,80,100],"allowUnpricedModels":false,"countProviderSpend":false,"warnings":[]}""";

    [Fact]
    public async Task A_new_user_has_the_defaults()
    {
        await using var app = await TestApp.StartAsync(parts);
        Assert.Equal(Defaults, (await app.As("ann").GetAsync("/api/settings")).Is(HttpStatusCode.OK).Text);
    }

    [Fact]
    public async Task A_merge_patch_changes_named_members_and_null_resets()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PatchAsync(
            "/api/settings",
            """{"monthlyBudgetCents":0,"budgetMode":"flexible","defaultModel":"gpt-5.4","alertThresholds":[90,10],"allowUnpricedModels":true}"""
        );
        const string Changed =
            """{"monthlyBudgetCents":0,"budgetMode":"flexible","defaultModel":"gpt-5.4","alertThresholds":[10,90],"allowUnpricedModels":true,"countProviderSpend":false,"warnings":[]}""";
        Assert.Equal(Changed, (await ann.PatchAsync("/api/settings", "{}")).Is(HttpStatusCode.OK).Text);
        Assert.Equal(Changed, (await ann.GetAsync("/api/settings")).Text);

        var cleared = await ann.SendAsync(
            HttpMethod.Patch,
            "/api/settings",
            """{"monthlyBudgetCents":null,"budgetMode":null,"defaultModel":null,"alertThresholds":null,"allowUnpricedModels":null}""",
            contentType: "application/merge-patch+json"
        );

        Assert.Equal(Defaults, cleared.Is(HttpStatusCode.OK).Text);
    }

    [Fact]
    public async Task Patches_of_different_members_at_once_lose_nothing()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await Task.WhenAll(
            ann.PatchAsync("/api/settings", """{"monthlyBudgetCents":7}"""),
            ann.PatchAsync("/api/settings", """{"budgetMode":"flexible"}"""),
            ann.PatchAsync("/api/settings", """{"defaultModel":"gpt-5.4"}"""),
            ann.PatchAsync("/api/settings", """{"alertThresholds":[]}"""),
            ann.PatchAsync("/api/settings", """{"allowUnpricedModels":true}""")
        );
        Assert.Equal(
            """{"monthlyBudgetCents":7,"budgetMode":"flexible","defaultModel":"gpt-5.4","alertThresholds":[],"allowUnpricedModels":true,"countProviderSpend":false,"warnings":[]}""",
            (await ann.GetAsync("/api/settings")).Text
        );
    }

    [Fact]
    public async Task If_Match_protects_settings_from_unseen_changes()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var before = (await ann.GetAsync("/api/settings")).ETag;
        var after = (await ann.PatchAsync("/api/settings", """{"monthlyBudgetCents":1}""", before))
            .Is(HttpStatusCode.OK)
            .ETag;

        (await ann.PatchAsync("/api/settings", """{"monthlyBudgetCents":2}""", before)).IsProblem(
            412,
            "precondition_failed"
        );
        (await ann.PatchAsync("/api/settings", """{"monthlyBudgetCents":3}""", after)).Is(HttpStatusCode.OK);
        (await app.As("bob").PatchAsync("/api/settings", "{}", "*")).Is(HttpStatusCode.OK);
        Assert.Equal(3, (long)(await ann.GetAsync("/api/settings"))["monthlyBudgetCents"]);
    }
}
