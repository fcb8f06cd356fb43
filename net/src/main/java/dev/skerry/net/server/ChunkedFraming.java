package dev.skerry.net.server;

import org.jspecify.annotations.Nullable;

/**
 * Follows the bytes of a chunked request body, trailers included (RFC 9112 §7.1), and accepts
 * strictly what the grammar says. Not thread-safe.
 */
final class ChunkedFraming {
    private enum Part {
        SIZE,
        EXTENSION,
        SIZE_END,
        DATA,
        DATA_CR,
        DATA_END,
        TRAILER_START,
        TRAILER,
        TRAILER_END,
        MESSAGE_END,
        ENDED
    }

    private static final int EXTENSION_BYTES = 256;
    private static final int SIZE_DIGITS = 15;

    private final int mostTrailerBytes;

    private Part part = Part.ENDED;
    private long remaining;

    /** Of a size its digits, of an extension its bytes. */
    private int counted;

    private int trailerBytes;
    private @Nullable Refusal refusal;

    ChunkedFraming(int mostTrailerBytes) {
        this.mostTrailerBytes = mostTrailerBytes;
    }

    /** Begins with another body. */
    void start() {
        trailerBytes = 0;
        refusal = null;
        startChunk();
    }

    /** Whether content comes next, which {@link #skip} takes; else {@link #take}. */
    boolean inData() {
        return part == Part.DATA;
    }

    /** Passes over content, at most to {@code to}; returns how far. */
    int skip(int from, int to) {
        int bytes = (int) Math.min(remaining, to - from);
        remaining -= bytes;
        if (remaining == 0) {
            part = Part.DATA_CR;
        }
        return from + bytes;
    }

    /** Reads a byte that is not content; returns why it is refused, or null. */
    @Nullable Refusal take(int c) {
        switch (part) {
            case SIZE -> size(c);
            case EXTENSION -> {
                if (c == '\r') {
                    part = Part.SIZE_END;
                } else if (Tokens.isControl(c) || ++counted > EXTENSION_BYTES) {
                    refuse(400, "malformed chunk extension");
                }
            }
            case SIZE_END -> expect(c, '\n', remaining == 0 ? Part.TRAILER_START : Part.DATA);
            case DATA_CR -> expect(c, '\r', Part.DATA_END);
            case DATA_END -> {
                expect(c, '\n', Part.SIZE);
                if (part == Part.SIZE) {
                    startChunk();
                }
            }
            case TRAILER_START -> trailerStart(c);
            case TRAILER -> trailer(c);
            case TRAILER_END -> expect(c, '\n', Part.TRAILER_START);
            case MESSAGE_END -> expect(c, '\n', Part.ENDED);
            case DATA, ENDED -> throw new IllegalStateException(part.name());
        }
        return refusal;
    }

    /** Whether the body has been read to the end of its trailers. */
    boolean ended() {
        return part == Part.ENDED;
    }

    private void startChunk() {
        part = Part.SIZE;
        remaining = 0;
        counted = 0;
    }

    private void size(int c) {
        int digit = Character.digit(c, 16);
        if (digit >= 0 && c < 0x80) {
            if (++counted > SIZE_DIGITS) {
                refuse(400, "chunk too large");
            }
            remaining = (remaining << 4) | digit;
        } else if (counted == 0 || (c != '\r' && c != ';')) {
            refuse(400, "malformed chunk size");
        } else {
            part = c == '\r' ? Part.SIZE_END : Part.EXTENSION;
            counted = 0;
        }
    }

    private void trailerStart(int c) {
        if (c == '\r') {
            part = Part.MESSAGE_END;
        } else if (Tokens.isTokenChar(c)) {
            part = Part.TRAILER;
            trailerBytes++;
        } else {
            refuse(400, "malformed trailer");
        }
    }

    private void trailer(int c) {
        if (c == '\r') {
            part = Part.TRAILER_END;
        } else if (Tokens.isControl(c)) {
            refuse(400, "malformed trailer");
        } else if (++trailerBytes > mostTrailerBytes) {
            refuse(431, "trailers too large");
        }
    }

    private void expect(int c, char wanted, Part then) {
        if (c == wanted) {
            part = then;
        } else {
            refuse(400, "malformed chunk");
        }
    }

    private void refuse(int status, String reason) {
        refusal = new Refusal(status, reason);
    }
}
