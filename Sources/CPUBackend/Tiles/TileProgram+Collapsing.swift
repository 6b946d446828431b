extension TileProgram {
  /// The same program over fewer axes, where all accesses allow it, so that tiles are long: matrices
  /// that follow one another become one, and so do rows where no value depends on which row it is.
  func collapsed(_ space: TileSpace) -> (program: TileProgram, space: TileSpace) {
    var program = self, space = space
    if space.outer == 1 {
      program.mapElementAccesses { $0.outerStride = 0 }
    } else if space.rows == 1 {
      space = TileSpace(rows: space.outer, columns: space.columns)
      program.mapElementAccesses {
        $0.rowStride = $0.outerStride
        $0.outerStride = 0
      }
    } else if elementAccesses.allSatisfy({ $0.outerStride == $0.rowStride * space.rows }) {
      space = TileSpace(rows: space.outer * space.rows, columns: space.columns)
      program.mapElementAccesses { $0.outerStride = 0 }
    }
    if !program.dependsOnRows,
      program.elementAccesses.allSatisfy({ $0.rowStride == $0.columnStride * space.columns })
    {
      space = TileSpace(outer: space.outer, rows: 1, columns: space.rows * space.columns)
    }
    return (program.withFullRows(space), space)
  }

  /// Where there is one row only, or none has an element, what varies by column varies by element.
  func withFullRows(_ space: TileSpace) -> TileProgram {
    if space.rows != 1 && space.columns != 0 { return self }
    var program = self
    program.mapElementAccesses { if $0.columnStride == 1 { $0.rowStride = max(space.columns, 1) } }
    return program
  }

  private var dependsOnRows: Bool {
    outputs.contains {
      switch $0 {
      case .columns, .rowTotal: true
      case .store, .total: false
      }
    }
      || instructions.contains {
        if case .columnEquals = $0 { return true }
        return $0.needsWholeRow
      }
  }

  /// All accesses but those of reductions' results.
  private var elementAccesses: [TileAccess] {
    instructions.compactMap { if case .load(let access) = $0 { access } else { nil } }
      + outputs.compactMap { if case .store(_, let access) = $0 { access } else { nil } }
  }

  private mutating func mapElementAccesses(_ change: (inout TileAccess) -> Void) {
    for index in instructions.indices {
      guard case .load(var access) = instructions[index] else { continue }
      change(&access)
      instructions[index] = .load(access)
    }
    for index in outputs.indices {
      guard case .store(let value, var access) = outputs[index] else { continue }
      change(&access)
      outputs[index] = .store(value, access)
    }
  }
}
