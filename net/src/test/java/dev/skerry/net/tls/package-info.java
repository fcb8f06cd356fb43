@NullMarked
package dev.skerry.net.tls;

import org.jspecify.annotations.NullMarked;
