using System.Net;
using System.Reflection;
using MyCoach.Hosting;

namespace MyCoach.Users;

/// <summary>
/// Who does something to a user's keys or data: the user, a service that acts for them, or the program by itself; and from where, if the platform says so.
/// </summary>
/// <param name="By">As callers read it.</param>
internal sealed record Actor(string By, string? ClientAddress)
{
    public static readonly Actor Program = new("program", ClientAddress: null);

    // Set by App Service's front end; the Functions host replaces X-Forwarded-For by its own peer. Anywhere else the caller could have written it.
    private const string ClientAddressHeader = "CLIENT-IP";

    public static ValueTask<Actor?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var stated = context.RequestServices.GetRequiredService<HostEnvironment>().IsAppService
            ? context.Request.Headers[ClientAddressHeader].ToString()
            : "";
        return ValueTask.FromResult<Actor?>(
            new Actor(
                context.Features.Get<Caller>() is { IsService: true } ? "service" : "user",
                IPEndPoint.TryParse(stated, out var address) ? address.Address.ToString() : null
            )
        );
    }
}
