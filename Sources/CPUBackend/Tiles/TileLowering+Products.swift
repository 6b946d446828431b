import Arrays

extension TileLowering {
  /// Products that only a sum reads become a part of it.
  mutating func findProducts() {
    for index in places.indices where useCount[index] > 0 && kinds[index].extent == .full {
      guard case .binary(.add, let a, let b) = program.instructions[index] else { continue }
      for (product, other) in [(a, b), (b, a)] {
        guard case .binary(.multiply, let x, let y) = program.instructions[product.index],
          useCount[product.index] == 1, kinds[product.index].extent == .full, product != other
        else { continue }
        fusedProduct[index] = product
        useCount[product.index] = 0
        for operand in [x, y] { lastUse[operand.index] = max(lastUse[operand.index], index) }
        break
      }
    }
  }

  /// Products that are only summed by column become a part of the sum.
  mutating func findSummedProducts() {
    for (number, output) in program.outputs.enumerated() {
      guard case .columns(let operation, let value, _) = output,
        operation == .sum || operation == .mean, useCount[value.index] == 1,
        fusedProduct[value.index] == nil,
        case .binary(.multiply, let x, let y) = program.instructions[value.index],
        kinds[x.index].extent == .full, kinds[y.index].extent == .full
      else { continue }
      summedProduct[number] = (x, y)
      useCount[value.index] = 0
      for factor in [x, y] { lastUse[factor.index] = places.count }
    }
  }
}
