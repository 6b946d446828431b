import Arrays

/// Plain loops over elements, slow and obviously right: the oracle of every other backend, and
/// what they fall back to.
///
/// One thread. Floating-point numbers of every width are computed in double precision and rounded
/// once, when they are written; integers and bool are computed in 64 bits and wrap when they are
/// written. `Numbers.swift` holds that arithmetic, `Traversal.swift` the walk over strided layouts,
/// and every family of the protocol has a file of its own.
package struct ReferenceBackend: Backend {
  package init() {}

  package var name: String { "reference" }
}
