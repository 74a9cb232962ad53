using MyCoach.Http;

namespace MyCoach.Users;

/// <summary>Counts the memory of each request against its user's part of the memory budget.</summary>
internal static class RequestMemory
{
    // What a request takes without its body: buffers of its connections, headers, and for a list the rows that are read
    // at a time.
    private const long RequestBytes = 128 * 1024;
    private const long ListBytes = 1024 * 1024;

    /// <summary>Call after UseAuth. Later code takes more from the <see cref="MemoryShare"/> of the request.</summary>
    public static void UseRequestMemory(this IApplicationBuilder app)
    {
        var budget = app.ApplicationServices.GetRequiredService<MemoryBudget>();
        app.Use(
            async (context, next) =>
            {
                if (context.Features.Get<Caller>() is not { } caller)
                {
                    await next(context);
                    return;
                }
                using var share = budget.ShareOf(caller.User?.Key ?? "");
                if (!share.TryGrow(BytesOf(context)))
                {
                    throw new MemoryExhaustedException();
                }
                context.Features.Set(share);
                await next(context);
            }
        );
    }

    private static long BytesOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<HoldsMemory>() is { } stated ? stated.Bytes
        : HttpMethods.IsGet(context.Request.Method) ? ListBytes
        : RequestBytes;
}
