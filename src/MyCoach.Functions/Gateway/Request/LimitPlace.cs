using System.Globalization;
using System.Text;

namespace MyCoach.Gateway;

/// <summary>Where in a body a limit is, or can be added.</summary>
/// <param name="Before">What precedes the number if it is added.</param>
internal readonly record struct LimitPlace(Range Span, string Before)
{
    public byte[] TextOf(long limit) => Encoding.UTF8.GetBytes(Before + limit.ToString(CultureInfo.InvariantCulture));
}
