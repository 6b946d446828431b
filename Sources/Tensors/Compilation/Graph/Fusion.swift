import Arrays

/// Instructions that run as one kernel.
///
/// Their values that nobody else reads have no memory. The instruction that holds a fusion lists as
/// inputs what comes from outside, and as outputs what others read.
package final class Fusion: Sendable {
  package let instructions: [Graph.Instruction]
  package let kind: Kind

  package enum Kind: Sendable {
    /// One pass over tiles.
    case tiles(TileLoop)
    /// A product of matrices, and a loop over tiles that follows each block of its result.
    case product(ProductLoop)
    /// Products of batches of matrices and loops over tiles, matrix by matrix.
    case batches(BatchChain)
    /// Arithmetic on single numbers.
    case scalars
    /// Adam's steps of several parameters.
    case updates
    /// A convolution and what runs on its parts.
    case convolution(ConvolutionFusion)
  }

  package init(_ kind: Kind, _ instructions: [Graph.Instruction]) {
    self.kind = kind
    self.instructions = instructions
  }

  /// The same with other values in the place of those that it reads. Loops name values themselves,
  /// so this is for what comes before them.
  func replacingValues(_ replacement: (Int) -> Int) -> Fusion {
    let areOthers = instructions.contains { $0.reads.contains { replacement($0) != $0 } }
    if !areOthers { return self }
    switch kind {
    case .scalars, .updates: break
    case .tiles, .product, .batches, .convolution:
      stop("compile: values that a loop reads were replaced")
    }
    return Fusion(
      kind,
      instructions.map { instruction in
        var instruction = instruction
        instruction.replaceValues(replacement)
        return instruction
      })
  }
}

extension Fusion: Hashable {
  package static func == (a: Fusion, b: Fusion) -> Bool { a === b }

  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
