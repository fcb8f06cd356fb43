/** How the control plane's API is served: resources, who may use them, and what they answer. */
@NullMarked
package dev.skerry.control.http;

import org.jspecify.annotations.NullMarked;
