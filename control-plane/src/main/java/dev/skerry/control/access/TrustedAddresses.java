package dev.skerry.control.access;

import dev.skerry.config.routing.Cidr;
import dev.skerry.control.http.Access;
import dev.skerry.control.http.Caller;
import dev.skerry.control.http.Resource.Verb;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tokens, and networks from which every site may be purged without one. */
public record TrustedAddresses(Access tokens, List<Cidr> networks) implements Access {
    /** Copies the networks. */
    public TrustedAddresses {
        networks = List.copyOf(networks);
    }

    @Override
    public @Nullable Caller identify(@Nullable String authorization) {
        return tokens.identify(authorization);
    }

    @Override
    public @Nullable Caller neighbour(InetAddress peer) {
        return networks.stream().anyMatch(network -> network.contains(peer))
                ? new Caller("address " + peer.getHostAddress(), Set.of(Verb.PURGE), null)
                : null;
    }

    @Override
    public void refused(
            Caller caller, String what, @Nullable String site, int status, String detail) {
        tokens.refused(caller, what, site, status, detail);
    }
}
