package dev.skerry.proxy.feed;

import java.io.IOException;

/** The control plane knows the token not, or not as a node's. */
final class TokenRefused extends IOException {
    private static final long serialVersionUID = 1L;

    TokenRefused(String message) {
        super(message);
    }
}
