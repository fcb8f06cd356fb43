package dev.skerry.net.client;

/**
 * Reads what stands between the data of chunks: sizes, extensions, line ends (RFC 9112 §7.1). Lines
 * end by CRLF and nothing else; extensions are ignored, within a bound.
 */
final class ChunkSizes {
    /** Bytes of chunk extensions that one body may carry in all. */
    static final int MAX_EXTENSION_BYTES = 16 * 1024;

    private enum Expected {
        FIRST_DIGIT,
        DIGIT,
        EXTENSION,
        SIZE_LF,
        DATA_CR,
        DATA_LF,
        NOTHING
    }

    private Expected expected = Expected.FIRST_DIGIT;
    private long size;
    private int digits;
    private boolean extensionBegun;
    private int extensionBytes;

    /** How much data of the present chunk is still to come; 0 between chunks. */
    long dataLeft() {
        return expected == Expected.DATA_CR ? size : 0;
    }

    /** Notes that data was consumed. */
    void dataTaken(long count) {
        size -= count;
    }

    /** Whether the last chunk's line has been read. */
    boolean lastSeen() {
        return expected == Expected.NOTHING;
    }

    /** Takes the next byte that is not data. */
    void accept(byte b) throws ExchangeFault {
        switch (expected) {
            case FIRST_DIGIT -> {
                size = 0;
                digits = 0;
                extensionBegun = false;
                digit(b);
                expected = Expected.DIGIT;
            }
            case DIGIT -> {
                if (hex(b) >= 0) {
                    digit(b);
                } else {
                    expected = Expected.EXTENSION;
                    extension(b);
                }
            }
            case EXTENSION -> extension(b);
            case SIZE_LF -> {
                require(b == '\n', "a chunk size line ended by a bare CR");
                expected = size == 0 ? Expected.NOTHING : Expected.DATA_CR;
            }
            case DATA_CR -> {
                require(b == '\r', "chunk data longer than its size");
                expected = Expected.DATA_LF;
            }
            case DATA_LF -> {
                require(b == '\n', "chunk data ended by a bare CR");
                expected = Expected.FIRST_DIGIT;
            }
            case NOTHING -> throw new IllegalStateException("past the last chunk");
        }
    }

    private void digit(byte b) throws ExchangeFault {
        int value = hex(b);
        require(value >= 0, "a malformed chunk size");
        // Leading zeros are legal but bounded: sixteen digits hold any size there can be.
        require(++digits <= 16 && size <= Long.MAX_VALUE >> 4, "a chunk size that overflows");
        size = (size << 4) | value;
    }

    /** After the digits: blanks, then CR or a semicolon and anything printable up to CR. */
    private void extension(byte b) throws ExchangeFault {
        if (b == '\r') {
            expected = Expected.SIZE_LF;
            return;
        }
        require(++extensionBytes <= MAX_EXTENSION_BYTES, "too many chunk extensions");
        boolean blank = b == ' ' || b == '\t';
        extensionBegun |= b == ';';
        require(
                blank || (extensionBegun && (b < 0 || (b > ' ' && b != 0x7f))),
                "a malformed chunk");
    }

    private static int hex(byte b) {
        if (b >= '0' && b <= '9') {
            return b - '0';
        }
        int letter = b | 0x20;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }

    private static void require(boolean condition, String otherwise) throws ExchangeFault {
        if (!condition) {
            throw ExchangeFault.protocol(otherwise);
        }
    }
}
