package dev.skerry.net.server;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Follows the bytes of a request target (RFC 9112 §3.2): which form it has, what it may hold, how
 * long it is. Not thread-safe.
 */
final class TargetFraming {
    private final int mostBytes;

    private int length;
    private int marks;
    private int marksEnd;
    private int escape;
    private boolean asterisk;
    private boolean inScheme;
    private boolean ended;
    private @Nullable Refusal refusal;

    TargetFraming(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Begins with another target. */
    void start() {
        length = 0;
        marks = 0;
        marksEnd = 0;
        escape = 0;
        asterisk = false;
        inScheme = false;
        ended = false;
        refusal = null;
    }

    /**
     * Reads up to the space that ends the target, that included, or up to {@code to}, or to what is
     * refused.
     *
     * @return how far
     */
    int scan(ByteBuffer bytes, int from, int to) {
        int i = from;
        while (i < to) {
            int c = bytes.get(i++) & 0xff;
            if (c == ' ') {
                end();
                return i;
            }
            if (c < ' ' || c == 0x7f || c == '#' || c == '\\') {
                return refuse(400, "forbidden character in the request target", i);
            }
            if (c == '?' && (marks == 0 || (marks == 1 && marksEnd == length))) {
                marks++;
                marksEnd = length + 1;
            }
            if (escape > 0 ? Character.digit(c, 16) < 0 : c == '%') {
                if (escape > 0) {
                    return refuse(400, "bad percent-encoding in the request target", i);
                }
                escape = 2;
            } else if (escape > 0) {
                escape--;
            }
            if (length == 0) {
                asterisk = c == '*';
                inScheme = c != '/' && !asterisk;
            } else {
                asterisk = false;
            }
            if (inScheme && !schemeByte(c)) {
                return refuse(400, "malformed request target", i);
            }
            if (++length > mostBytes) {
                return refuse(414, "request target too long", i);
            }
        }
        return i;
    }

    /** Whether the whole target has been read and is well formed. */
    boolean ended() {
        return ended;
    }

    /** Why the target is refused, or null. */
    @Nullable Refusal refusal() {
        return refusal;
    }

    /** Whether it is {@code *}. */
    boolean isAsterisk() {
        return asterisk;
    }

    /** Question marks between the path and what Undertow calls the query: 0 to 2. */
    int queryMarks() {
        return marks;
    }

    /** What does not begin with a slash must begin with a scheme (RFC 9112 §3.2.2). */
    private boolean schemeByte(int c) {
        inScheme = c != ':';
        return c == ':' ? length > 0 : Character.isLetterOrDigit(c) && c < 0x80;
    }

    private void end() {
        if (length == 0 || inScheme || escape > 0) {
            refusal = new Refusal(400, "malformed request line");
        } else {
            ended = true;
        }
    }

    private int refuse(int status, String reason, int at) {
        refusal = new Refusal(status, reason);
        return at;
    }
}
