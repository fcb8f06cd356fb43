package dev.skerry.net.server;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Follows the bytes of an HTTP/1 connection and knows where each message begins and ends (RFC 9112
 * §2 to §7), so that what Undertow's parser lets pass can be refused before it sees it. Accepts
 * strictly what the grammar says; of the field values it reads only those that decide framing. Not
 * thread-safe; knows no socket.
 */
final class RequestFraming {
    private enum State {
        START,
        METHOD,
        TARGET,
        VERSION,
        REQUEST_LINE_END,
        LINE_START,
        NAME,
        VALUE,
        VALUE_END,
        HEAD_END,
        BODY,
        CHUNKED,
        /** HTTP/2 from here on: not ours to read. */
        TRANSPARENT,
        REFUSED
    }

    private static final String VERSION_PATTERN = "HTTP/0.0";
    private static final int METHOD_BYTES = 32;

    private final ServerLimits limits;
    private final FramingFields framing = new FramingFields();
    private final TargetFraming target;
    private final ChunkedFraming chunks;
    private final byte[] word = new byte[METHOD_BYTES];
    private final ArrayDeque<Integer> queryMarks = new ArrayDeque<>(2);

    private State state = State.START;
    private boolean inBody;
    private int wordLength;
    private int headBytes;
    private int fields;
    private int headCountedTo;
    private long remaining;
    private boolean mayBecomeHttp2 = true;
    private @Nullable Refusal refusal;

    RequestFraming(ServerLimits limits) {
        this.limits = limits;
        this.target = new TargetFraming(limits.targetBytes());
        this.chunks = new ChunkedFraming(limits.headBytes());
    }

    /**
     * Reads the bytes from {@code from} to {@code to} of a buffer without moving its position.
     *
     * @return how far they may be passed on: {@code to}, or less when something is refused, and
     *     then not beyond the end of the message before
     */
    int scan(ByteBuffer bytes, int from, int to) {
        int head = from;
        headCountedTo = from;
        int i = from;
        while (i < to) {
            switch (state) {
                case START -> {
                    head = i;
                    headCountedTo = i;
                    startHead();
                }
                case METHOD -> i = method(bytes, i);
                case TARGET -> i = target(bytes, i, to);
                case VALUE -> i = value(bytes, i, to);
                case BODY -> i = data(i, to);
                case CHUNKED -> {
                    if (chunks.inData()) {
                        i = chunks.skip(i, to);
                    } else if (chunked(bytes.get(i) & 0xff)) {
                        i++;
                    } else {
                        return i;
                    }
                }
                case TRANSPARENT -> {
                    return to;
                }
                case REFUSED -> {
                    return inBody ? i : head;
                }
                default -> {
                    int c = bytes.get(i++) & 0xff;
                    headByte(c, i);
                }
            }
        }
        countHead(to);
        return state == State.REFUSED ? (inBody ? to : head) : to;
    }

    /** Why nothing more may be passed on, or null while all is well. */
    @Nullable Refusal refusal() {
        return refusal;
    }

    /** Whether the refusal concerns the body of a request that was passed on already. */
    boolean refusedInBody() {
        return inBody;
    }

    /** Whether a head has begun but not ended. */
    boolean insideHead() {
        return !inBody
                && state != State.START
                && state != State.TRANSPARENT
                && state != State.REFUSED;
    }

    /** Whether the connection speaks HTTP/2 now. */
    boolean transparent() {
        return state == State.TRANSPARENT;
    }

    /**
     * For each head passed on, in order: how many question marks stand between its path and what
     * Undertow calls the query. It does not tell none from an empty query, and takes one off a
     * query that begins with another.
     */
    int takeQueryMarks() {
        Integer marks = queryMarks.poll();
        return marks == null ? 0 : marks;
    }

    private void refuse(int status, String reason) {
        refuse(new Refusal(status, reason));
    }

    private void refuse(Refusal why) {
        if (refusal == null) {
            refusal = why;
        }
        state = State.REFUSED;
    }

    private void startHead() {
        inBody = false;
        wordLength = 0;
        target.start();
        headBytes = 0;
        fields = 0;
        framing.reset();
        state = State.METHOD;
    }

    private int method(ByteBuffer bytes, int at) {
        int c = bytes.get(at) & 0xff;
        if (c == ' ' && wordLength > 0) {
            checkMethod();
        } else if (!Tokens.isTokenChar(c)) {
            refuse(400, "malformed request line");
        } else if (wordLength == METHOD_BYTES) {
            refuse(501, "method too long");
        } else {
            word[wordLength++] = (byte) c;
        }
        return at + 1;
    }

    private void checkMethod() {
        String unsupported = MethodRules.refused(word, wordLength);
        if (unsupported != null) {
            refuse(501, unsupported);
        } else {
            state = State.TARGET;
        }
    }

    private int target(ByteBuffer bytes, int from, int to) {
        int read = target.scan(bytes, from, to);
        Refusal problem = target.refusal();
        if (problem != null) {
            refuse(problem);
        } else if (target.ended()) {
            endTarget();
        }
        return read;
    }

    private void endTarget() {
        boolean preface = target.isAsterisk() && is("PRI");
        if (target.isAsterisk() && !preface && !is("OPTIONS")) {
            refuse(400, "asterisk form without OPTIONS");
            return;
        }
        wordLength = 0;
        state = State.VERSION;
        if (!preface) {
            queryMarks.add(target.queryMarks());
            mayBecomeHttp2 = false;
        }
    }

    private boolean is(String text) {
        if (text.length() != wordLength) {
            return false;
        }
        for (int i = 0; i < wordLength; i++) {
            if (word[i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void headByte(int c, int next) {
        switch (state) {
            case VERSION -> version(c);
            case REQUEST_LINE_END -> lineEnd(c, next, State.LINE_START);
            case LINE_START -> lineStart(c);
            case NAME -> name(c);
            case VALUE_END -> {
                String problem = framing.endField();
                if (problem != null) {
                    refuse(400, problem);
                } else {
                    lineEnd(c, next, State.LINE_START);
                }
            }
            case HEAD_END -> {
                lineEnd(c, next, State.START);
                if (state == State.START) {
                    endHead();
                }
            }
            default -> throw new IllegalStateException(state.name());
        }
    }

    private void version(int c) {
        if (c != '\r') {
            boolean fits = wordLength < VERSION_PATTERN.length();
            char wanted = fits ? VERSION_PATTERN.charAt(wordLength) : 0;
            if (!fits || (wanted == '0' ? c < '0' || c > '9' : c != wanted)) {
                refuse(400, "malformed request line");
            } else {
                word[wordLength++] = (byte) c;
            }
            return;
        }
        state = State.REQUEST_LINE_END;
        if (is("HTTP/1.1") || is("HTTP/1.0")) {
            framing.version(word[7] - '0');
        } else if (is("HTTP/2.0") && mayBecomeHttp2 && target.isAsterisk()) {
            state = State.TRANSPARENT;
        } else if (wordLength == VERSION_PATTERN.length()) {
            refuse(505, "HTTP version not supported");
        } else {
            refuse(400, "malformed request line");
        }
    }

    private void lineEnd(int c, int next, State then) {
        if (c != '\n') {
            refuse(400, "a line is not ended by CR LF");
        } else {
            state = then;
            countHead(next);
        }
    }

    /** Adds the bytes up to {@code to} to the size of the head, and judges it. */
    private void countHead(int to) {
        boolean counted = insideHead() || (state == State.START && !inBody);
        if (counted && to > headCountedTo) {
            headBytes += to - headCountedTo;
            headCountedTo = to;
            if (headBytes > limits.headBytes()) {
                refuse(431, "request fields too large");
            }
        }
    }

    private void lineStart(int c) {
        if (c == '\r') {
            state = State.HEAD_END;
        } else if (c == ' ' || c == '\t') {
            refuse(400, "folded field line");
        } else if (!Tokens.isTokenChar(c)) {
            refuse(400, "malformed field name");
        } else if (++fields > limits.fields()) {
            refuse(431, "too many request fields");
        } else {
            framing.startName();
            framing.nameByte(c);
            state = State.NAME;
        }
    }

    private void name(int c) {
        if (c == ':') {
            framing.startValue();
            state = State.VALUE;
        } else if (Tokens.isTokenChar(c)) {
            framing.nameByte(c);
        } else {
            refuse(400, "malformed field name");
        }
    }

    private int value(ByteBuffer bytes, int from, int to) {
        boolean watched = framing.watchesValue();
        int i = from;
        while (i < to) {
            int c = bytes.get(i++) & 0xff;
            if (!Tokens.isControl(c)) {
                if (watched) {
                    framing.valueByte(c);
                }
            } else if (c == '\r') {
                state = State.VALUE_END;
                return i;
            } else {
                refuse(400, "forbidden character in a field value");
                return i;
            }
        }
        return i;
    }

    private void endHead() {
        Refusal problem = framing.judge();
        if (problem != null) {
            refuse(problem);
            return;
        }
        mayBecomeHttp2 = framing.upgradesToHttp2();
        remaining = framing.contentLength();
        if (framing.chunked()) {
            chunks.start();
            inBody = true;
            state = State.CHUNKED;
        } else if (remaining > 0) {
            inBody = true;
            state = State.BODY;
        }
    }

    private int data(int from, int to) {
        int bytes = (int) Math.min(remaining, to - from);
        remaining -= bytes;
        if (remaining == 0) {
            state = State.START;
        }
        return from + bytes;
    }

    /** Whether a byte of a chunked body that is not content may be passed on. */
    private boolean chunked(int c) {
        Refusal problem = chunks.take(c);
        if (problem != null) {
            refuse(problem);
            return false;
        }
        if (chunks.ended()) {
            state = State.START;
        }
        return true;
    }
}
