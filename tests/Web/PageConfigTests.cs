using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Web;

/// <summary>What the page learns about signing in, by the program's settings.</summary>
public sealed class PageConfigTests(LocalParts parts)
{
    private const string Authority = "Web:Authority=https://login.example/tenant/v2.0";

    public static TheoryData<string, string[]> Modes =>
        new()
        {
            { """{"signIn":"token","authority":null,"clientId":null,"scope":null}""", [] },
            {
                """{"signIn":"oidc","authority":"https://login.example/tenant/v2.0","clientId":"page","scope":"openid profile offline_access"}""",
                [Authority, "Web:ClientId=page"]
            },
            {
                """{"signIn":"oidc","authority":"http://127.0.0.1:9","clientId":"page","scope":"openid api"}""",
                ["Web:Authority=http://127.0.0.1:9", "Web:ClientId=page", "Web:Scope=openid api"]
            },
            {
                """{"signIn":"appService","authority":null,"clientId":null,"scope":null}""",
                [
                    "Auth:Mode=AppService",
                    "WEBSITE_AUTH_ENABLED=True",
                    "Auth:AppServiceOutsideAzure=true",
                    Authority,
                    "Web:ClientId=page",
                ]
            },
            {
                """{"signIn":"development","authority":null,"clientId":null,"scope":null}""",
                ["ASPNETCORE_ENVIRONMENT=Development", "Auth:DevelopmentUser=ann", Authority, "Web:ClientId=page"]
            },
        };

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task The_page_signs_its_user_in_as_the_settings_say(string config, string[] settings)
    {
        await using var app = await TestApp.StartAsync(parts, settings);
        using var anyone = app.Anonymous();

        var answer = (await anyone.GetAsync("/config.json")).Is(HttpStatusCode.OK);

        Assert.Equal(config, answer.Text);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task The_page_may_call_the_origin_of_its_authority_and_no_other()
    {
        await using var app = await TestApp.StartAsync(parts, [Authority, "Web:ClientId=page"]);
        using var anyone = app.Anonymous();

        var policy = Assert.Single((await anyone.GetAsync("/")).Headers.GetValues("Content-Security-Policy"));

        Assert.Contains("; connect-src 'self' https://login.example; ", policy, StringComparison.Ordinal);
        Assert.Equal(1, policy.Split("://").Length - 1);
    }
}
