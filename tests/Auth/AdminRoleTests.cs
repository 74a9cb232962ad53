using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using MyCoach.Auth;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Auth;

public sealed class AdminRoleTests(LocalParts parts)
{
    [Theory]
    [InlineData("MyCoach.Admin", true)]
    [InlineData("MyCoach.Service", false)]
    [InlineData("mycoach.admin", false)]
    public async Task Only_the_admin_role_satisfies_the_policy_of_operators(string role, bool isAdmitted) =>
        Assert.Equal(isAdmitted, await IsAdmittedAsync([], role));

    [Fact]
    public async Task The_settings_name_the_admin_role()
    {
        Assert.True(await IsAdmittedAsync(["Auth:AdminRole=Operators"], "Operators"));
        Assert.False(await IsAdmittedAsync(["Auth:AdminRole=Operators"], "MyCoach.Admin"));
    }

    private async Task<bool> IsAdmittedAsync(string[] settings, string role)
    {
        await using var app = await TestApp.StartAsync(parts, settings);
        var caller = new ClaimsPrincipal(new ClaimsIdentity([new Claim(CallerResolution.RoleClaim, role)], "Bearer"));
        return (
            await app.Service<IAuthorizationService>().AuthorizeAsync(caller, null, AuthServices.AdminPolicy)
        ).Succeeded;
    }
}
