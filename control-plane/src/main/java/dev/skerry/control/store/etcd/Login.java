package dev.skerry.control.store.etcd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.control.store.etcd.EtcdFailure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/** The token that etcd gave for a user and a password; asked for anew when it has ended. */
final class Login {
    private final EtcdOptions.Login options;
    private @Nullable String token;

    Login(EtcdOptions.Login options) {
        this.options = options;
    }

    /** The token, or a new one. */
    synchronized String token(EtcdClient client, int member) throws EtcdFailure {
        String known = token;
        if (known != null) {
            return known;
        }
        ObjectNode request = Json.object().put("name", options.user()).put("password", password());
        String fresh;
        try {
            fresh = client.authenticate(member, request);
        } catch (EtcdFailure e) {
            throw e.kind() == Kind.SILENT
                    ? e
                    : new EtcdFailure(
                            Kind.FORBIDDEN,
                            false,
                            "etcd does not take the user '"
                                    + options.user()
                                    + "' with the password in "
                                    + options.passwordFile()
                                    + ": "
                                    + e.getMessage());
        }
        token = fresh;
        return fresh;
    }

    /** Drops a token that is no longer known; null for whichever. */
    synchronized void forget(@Nullable String refused) {
        if (refused == null || refused.equals(token)) {
            token = null;
        }
    }

    private String password() throws EtcdFailure {
        try {
            return Files.readString(options.passwordFile()).strip();
        } catch (IOException e) {
            throw new EtcdFailure(
                    Kind.FORBIDDEN, false, options.passwordFile() + ": cannot be read");
        }
    }
}
