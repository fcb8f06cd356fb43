package dev.skerry.net.server;

import org.jspecify.annotations.Nullable;

/**
 * The few fields of a head that decide how the message is framed (RFC 9112 §3.2, §6.1 to §6.3),
 * collected byte by byte without building strings.
 */
final class FramingFields {
    private enum Watched {
        NONE,
        HOST,
        CONTENT_LENGTH,
        TRANSFER_ENCODING,
        HTTP2_SETTINGS
    }

    private static final int NAME_BYTES = "transfer-encoding".length();
    private static final int CODINGS_BYTES = 64;
    private static final String CHUNKED = "chunked";

    private final byte[] name = new byte[NAME_BYTES];
    private final StringBuilder codings = new StringBuilder(16);
    private int nameLength;
    private Watched watched = Watched.NONE;
    private int minorVersion;
    private int hosts;
    private boolean hostEmpty;
    private int lengths;
    private long length;
    private boolean digitsEnded;
    private int digits;
    private boolean malformed;
    private int transferEncodings;
    private boolean http2Settings;

    void reset() {
        hosts = 0;
        hostEmpty = true;
        lengths = 0;
        length = 0;
        transferEncodings = 0;
        codings.setLength(0);
        http2Settings = false;
    }

    void version(int minor) {
        minorVersion = minor;
    }

    void startName() {
        nameLength = 0;
    }

    void nameByte(int c) {
        if (nameLength < NAME_BYTES) {
            name[nameLength] = (byte) c;
        }
        nameLength++;
    }

    void startValue() {
        watched = Watched.NONE;
        switch (nameLength) {
            case 4 -> {
                if (is("host")) {
                    watched = Watched.HOST;
                    hosts++;
                }
            }
            case 14 -> {
                if (is("content-length")) {
                    watched = Watched.CONTENT_LENGTH;
                    lengths++;
                    length = 0;
                    digits = 0;
                    digitsEnded = false;
                    malformed = false;
                } else if (is("http2-settings")) {
                    watched = Watched.HTTP2_SETTINGS;
                    http2Settings = true;
                }
            }
            case 17 -> {
                if (is("transfer-encoding")) {
                    watched = Watched.TRANSFER_ENCODING;
                    transferEncodings++;
                    codings.setLength(0);
                }
            }
            default -> {}
        }
    }

    boolean watchesValue() {
        return watched != Watched.NONE;
    }

    void valueByte(int c) {
        switch (watched) {
            case HOST -> hostEmpty &= c == ' ' || c == '\t';
            case CONTENT_LENGTH -> lengthByte(c);
            case TRANSFER_ENCODING -> {
                if (codings.length() < CODINGS_BYTES) {
                    codings.append((char) (c >= 'A' && c <= 'Z' ? c + 32 : c));
                }
            }
            case NONE, HTTP2_SETTINGS -> {}
        }
    }

    /** What is wrong with the field that has just ended, or null. */
    @Nullable String endField() {
        boolean wrong = watched == Watched.CONTENT_LENGTH && (malformed || digits == 0);
        watched = Watched.NONE;
        return wrong ? "malformed Content-Length" : null;
    }

    /** What is wrong with the whole head, or null. */
    @Nullable Refusal judge() {
        if (hosts > 1 || (hosts == 0 && minorVersion > 0)) {
            return new Refusal(400, "exactly one Host is needed");
        }
        if (hosts == 1 && hostEmpty) {
            return new Refusal(400, "empty Host");
        }
        if (lengths > 1) {
            return new Refusal(400, "more than one Content-Length");
        }
        return transferEncodings == 0 ? null : judgeTransferEncoding();
    }

    /** The announced length, 0 when there is none. */
    long contentLength() {
        return lengths == 0 ? 0 : length;
    }

    boolean chunked() {
        return transferEncodings > 0;
    }

    /** Whether the next bytes may be an HTTP/2 preface, the client having asked for an upgrade. */
    boolean upgradesToHttp2() {
        return http2Settings;
    }

    private @Nullable Refusal judgeTransferEncoding() {
        String value = codings.toString().strip();
        if (minorVersion == 0) {
            return new Refusal(400, "Transfer-Encoding in HTTP/1.0");
        }
        if (lengths > 0) {
            return new Refusal(400, "both Transfer-Encoding and Content-Length");
        }
        if (transferEncodings > 1) {
            return new Refusal(400, "more than one Transfer-Encoding");
        }
        if (value.equals(CHUNKED)) {
            return null;
        }
        // A final coding that is not chunked leaves the length unknown: 400 (RFC 9112 §6.3).
        int last = value.lastIndexOf(',');
        boolean framed = value.substring(last + 1).strip().equals(CHUNKED);
        boolean twice = value.indexOf(CHUNKED) != value.lastIndexOf(CHUNKED);
        return framed && !twice
                ? new Refusal(501, "transfer coding not supported")
                : new Refusal(400, "Transfer-Encoding without a length");
    }

    private void lengthByte(int c) {
        if (c >= '0' && c <= '9') {
            int digit = c - '0';
            malformed |= digitsEnded || length > (Long.MAX_VALUE - digit) / 10;
            length = length * 10 + digit;
            digits++;
        } else if (c == ' ' || c == '\t') {
            digitsEnded = digits > 0;
        } else {
            malformed = true;
        }
    }

    private boolean is(String lowerCase) {
        for (int i = 0; i < lowerCase.length(); i++) {
            int c = name[i];
            if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
