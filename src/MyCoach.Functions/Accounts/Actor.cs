using System.Net;
using System.Reflection;
using MyCoach.Auth;
using MyCoach.Hosting;

namespace MyCoach.Accounts;

/// <summary>Who does something to a user's keys or data: the user or a service that acts for them, and from where, if the platform says so.</summary>
internal sealed record Actor(bool IsService, string? ClientAddress)
{
    /// <summary>The program itself.</summary>
    public static readonly Actor Program = new(IsService: true, ClientAddress: null);

    // Set by App Service's front end; the Functions host replaces X-Forwarded-For by its own peer. Anywhere else the caller could have written it.
    private const string ClientAddressHeader = "CLIENT-IP";

    public static ValueTask<Actor?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var stated = context.RequestServices.GetRequiredService<HostEnvironment>().IsAppService
            ? context.Request.Headers[ClientAddressHeader].ToString()
            : "";
        return ValueTask.FromResult<Actor?>(
            new Actor(
                context.Features.Get<Caller>() is { IsService: true },
                IPEndPoint.TryParse(stated, out var address) ? address.Address.ToString() : null
            )
        );
    }
}
