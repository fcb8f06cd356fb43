/** Certificates and keys from PEM files. */
@NullMarked
package dev.skerry.net.tls;

import org.jspecify.annotations.NullMarked;
