import Arrays
import CPUBackend

/// A program by name, with the memory it works on.
struct NamedTileProgram: Sendable, CustomStringConvertible {
  let name: String
  /// Whether it needs all columns of a row at once.
  let needsWholeRows: Bool
  let build: @Sendable (inout TileProgram, inout TileFixture) -> Void
  var description: String { name }

  init(
    _ name: String, needsWholeRows: Bool = false,
    _ build: @escaping @Sendable (inout TileProgram, inout TileFixture) -> Void
  ) {
    self.name = name
    self.needsWholeRows = needsWholeRows
    self.build = build
  }

  static let all: [NamedTileProgram] = [
    NamedTileProgram("relu(x · a + b + side)") { program, fixture in
      let x = program.load(fixture.source())
      let a = program.load(fixture.source(byRow: false)),
        b = program.load(fixture.source(byRow: false))
      let side = program.load(fixture.source())
      let y = program.binary(.add, program.binary(.add, program.binary(.multiply, x, a), b), side)
      program.store(program.unary(.relu, y), to: fixture.destination())
    },
    NamedTileProgram("operands of every extent") { program, fixture in
      let x = program.load(fixture.source())
      let row = program.load(fixture.source(byColumn: false))
      let column = program.load(fixture.source(byRow: false))
      let one = program.load(fixture.source(byRow: false, byColumn: false))
      let two = program.constant(2)
      var y = program.binary(.subtract, x, row)
      y = program.binary(.subtract, column, y)
      y = program.binary(.add, y, program.binary(.multiply, row, column))
      y = program.binary(.add, program.binary(.multiply, row, one), y)
      y = program.binary(.multiply, two, program.binary(.subtract, one, y))
      let rows = program.unary(.tanh, program.binary(.add, row, one))
      let columns = program.unary(.sigmoid, program.binary(.multiply, column, two))
      program.store(y, to: fixture.destination())
      program.store(rows, to: fixture.destination(byColumn: false))
      program.store(rows, to: fixture.destination())
      program.store(columns, to: fixture.destination())
      program.store(x, to: fixture.destination())
      program.store(columns, to: fixture.destination(byRow: false))
      program.store(
        program.binary(.add, one, two), to: fixture.destination(byRow: false, byColumn: false))
    },
    NamedTileProgram("comparisons, conditions, conversions") { program, fixture in
      let x = program.load(fixture.source()), y = program.load(fixture.source())
      let mask = program.load(fixture.source(.bool))
      let rowMask = program.compare(
        .less, program.load(fixture.source(byColumn: false)), program.constant(0))
      let whole = program.load(fixture.source(.int64))
      let column = program.load(fixture.source(byRow: false, .int64))
      let isLess = program.compare(.less, x, y)
      let isEqual = program.compare(.greaterOrEqual, whole, column)
      let both = program.binary(.logicalAnd, program.binary(.logicalXor, mask, isLess), isEqual)
      let either = program.binary(.logicalOr, program.unary(.logicalNot, both), rowMask)
      program.store(program.select(either, x, y), to: fixture.destination())
      program.store(program.select(rowMask, x, program.constant(3)), to: fixture.destination())
      program.store(both, to: fixture.destination(.bool))
      program.store(program.convert(either, to: .float32), to: fixture.destination())
      program.store(program.convert(whole, to: .float32), to: fixture.destination())
      program.store(program.unary(.isFinite, x), to: fixture.destination(.bool))
      program.store(program.convert(x, to: .bool), to: fixture.destination(.bool))
    },
    NamedTileProgram("in place, twice") { program, fixture in
      let place = fixture.source(), other = fixture.source()
      let x = program.load(place), y = program.load(other)
      let sum = program.unary(.scale(0.5), program.binary(.add, x, y))
      program.store(sum, to: place)
      program.store(program.binary(.multiply, sum, x), to: other)
    },
    NamedTileProgram("update of parameters behind one another in one array") { program, fixture in
      var first = fixture.source()
      first.rowStride *= 2
      first.outerStride *= 2
      var second = first
      second.offset += fixture.space.columns
      let x = program.load(first), y = program.load(second)
      let mean = program.unary(.scale(0.5), program.binary(.add, x, y))
      program.store(mean, to: first)
      program.store(program.binary(.subtract, mean, y), to: second)
    },
    NamedTileProgram("softmax", needsWholeRows: true) { program, fixture in
      let x = program.load(fixture.source())
      let power = program.unary(
        .exp, program.binary(.subtract, x, program.reduceRow(.maximum, x)))
      let sum = program.reduceRow(.sum, power)
      program.store(program.binary(.divide, power, sum), to: fixture.destination())
      program.store(sum, to: fixture.destination(byColumn: false))
    },
    NamedTileProgram("cross entropy and its gradient", needsWholeRows: true) { program, fixture in
      let x = program.load(fixture.source())
      let label = program.load(fixture.source(byColumn: false, .int64))
      let shifted = program.binary(.subtract, x, program.reduceRow(.maximum, x))
      let logarithm = program.unary(.log, program.reduceRow(.sum, program.unary(.exp, shifted)))
      let logs = program.binary(.subtract, shifted, logarithm)
      let loss = program.unary(.negate, program.element(of: logs, at: label))
      program.reduceRowNumbers(.mean, loss, to: fixture.destination(byRow: false, byColumn: false))
      let hit = program.convert(program.columnEquals(label), to: .float32)
      let gradient = program.binary(.subtract, program.unary(.exp, logs), hit)
      program.store(program.unary(.scale(0.125), gradient), to: fixture.destination())
    },
    NamedTileProgram("layer normalization", needsWholeRows: true) { program, fixture in
      let x = program.load(fixture.source())
      let scale = program.load(fixture.source(byRow: false))
      let shift = program.load(fixture.source(byRow: false))
      let center = program.binary(.subtract, x, program.reduceRow(.mean, x))
      let variance = program.reduceRow(.mean, program.unary(.square, center))
      let factor = program.unary(
        .reciprocalSquareRoot, program.binary(.add, variance, program.constant(1e-2)))
      let normal = program.binary(.multiply, center, factor)
      let y = program.binary(.add, program.binary(.multiply, normal, scale), shift)
      program.store(y, to: fixture.destination())
      program.store(factor, to: fixture.destination(byColumn: false))
    },
    NamedTileProgram("sums by channel behind a mask") { program, fixture in
      let y = program.load(fixture.source()), dy = program.load(fixture.source())
      let x = program.load(fixture.source())
      let mean = program.load(fixture.source(byRow: false))
      let g = program.binary(.reluGradient, y, dy)
      program.store(g, to: fixture.destination())
      let product = program.binary(.multiply, g, program.binary(.subtract, x, mean))
      program.reduceColumns(.sum, g, to: fixture.destination(byRow: false))
      program.reduceColumns(.mean, product, to: fixture.destination(byRow: false))
      program.reduceColumns(.sum, x, to: fixture.destination(byRow: false))
    },
    NamedTileProgram("totals and extremes") { program, fixture in
      let x = program.load(fixture.source())
      let square = program.unary(.square, x)
      program.reduceAll(.mean, square, to: fixture.destination(byRow: false, byColumn: false))
      program.reduceAll(.sum, square, to: fixture.destination(byRow: false, byColumn: false))
      if fixture.space.count > 0 {
        program.reduceAll(.maximum, x, to: fixture.destination(byRow: false, byColumn: false))
        program.reduceColumns(.maximum, x, to: fixture.destination(byRow: false))
        program.reduceColumns(.minimum, square, to: fixture.destination(byRow: false))
      }
    },
    NamedTileProgram("sums of shared numbers", needsWholeRows: true) { program, fixture in
      let row = program.load(fixture.source(byColumn: false))
      let column = program.load(fixture.source(byRow: false))
      let number = program.load(fixture.source(byRow: false, byColumn: false))
      for value in [row, column, number] {
        program.reduceAll(.sum, value, to: fixture.destination(byRow: false, byColumn: false))
      }
      for value in [row, number] where fixture.space.count > 0 {
        program.reduceRowNumbers(
          .sum, value, to: fixture.destination(byRow: false, byColumn: false))
      }
    },
    NamedTileProgram("a sum of one number alone") { program, fixture in
      let number = program.load(fixture.source(byRow: false, byColumn: false))
      program.reduceAll(
        .sum, program.unary(.scale(0.5), number),
        to: fixture.destination(byRow: false, byColumn: false))
    },
  ]

  static let spaces: [TileSpace] = [
    TileSpace(rows: 4, columns: 4), TileSpace(rows: 1, columns: 1), TileSpace(rows: 3, columns: 7),
    TileSpace(outer: 2, rows: 5, columns: 16), TileSpace(rows: 300, columns: 10),
    TileSpace(rows: 70, columns: 65), TileSpace(rows: 33, columns: 64),
    TileSpace(outer: 3, rows: 9, columns: 100), TileSpace(rows: 5, columns: 1030),
    TileSpace(rows: 40, columns: 9000), TileSpace(rows: 9000, columns: 16),
    TileSpace(outer: 5, rows: 1, columns: 33), TileSpace(rows: 50, columns: 1),
    TileSpace(rows: 1, columns: 30_000), TileSpace(rows: 0, columns: 5),
    TileSpace(rows: 3, columns: 0), TileSpace(outer: 0, rows: 2, columns: 2),
  ]
}

extension NamedTileProgram {
  /// One for each operation, on numbers in (0.05, 0.95).
  static let operations: [NamedTileProgram] =
    unary.map { operation in
      NamedTileProgram("\(operation)") { program, fixture in
        let x = positive(&program, fixture.source())
        let column = positive(&program, fixture.source(byRow: false))
        let row = positive(&program, fixture.source(byColumn: false))
        store(program.unary(operation, x), &program, fixture.destination())
        store(program.unary(operation, column), &program, fixture.destination())
        store(program.unary(operation, row), &program, fixture.destination())
      }
    }
    + BinaryOperation.allCases.filter { TileProgram.supports($0, on: .float32) }.map { operation in
      NamedTileProgram("\(operation)") { program, fixture in
        let x = positive(&program, fixture.source()), y = positive(&program, fixture.source())
        let column = positive(&program, fixture.source(byRow: false))
        let row = positive(&program, fixture.source(byColumn: false))
        for (a, b) in [(x, y), (x, column), (row, x), (x, row), (column, row)] {
          store(program.binary(operation, a, b), &program, fixture.destination())
        }
      }
    }
    + ComparisonOperation.allCases.map { operation in
      NamedTileProgram("\(operation)") { program, fixture in
        let x = program.load(fixture.source(.int64)), y = program.load(fixture.source(.int64))
        let column = program.load(fixture.source(byRow: false, .int64))
        let row = program.load(fixture.source(byColumn: false, .int64))
        for (a, b) in [(x, y), (x, column), (row, x)] {
          program.store(program.compare(operation, a, b), to: fixture.destination(.bool))
        }
      }
    }

  private static let unary: [UnaryOperation] = [
    .negate, .absolute, .sign, .square, .exp, .expm1, .log, .log1p, .sqrt, .reciprocalSquareRoot,
    .reciprocal, .sin, .cos, .tan, .asin, .acos, .atan, .sinh, .cosh, .tanh, .asinh, .acosh,
    .atanh, .erf, .floor, .ceil, .round, .sigmoid, .relu, .softplus, .gelu, .geluTanh, .silu,
    .scale(3), .shift(-2), .power(3), .power(1.7), .clamp(lower: 0.2, upper: 0.6),
    .leakyReLU(0.1), .isNaN, .isFinite, .isInfinite,
  ]

  private static func positive(
    _ program: inout TileProgram, _ access: TileAccess
  ) -> TileProgram.Value {
    let share = program.unary(.sigmoid, program.load(access))
    return program.unary(.shift(0.05), program.unary(.scale(0.9), share))
  }

  /// Stores numbers, and conditions as numbers.
  private static func store(
    _ value: TileProgram.Value, _ program: inout TileProgram, _ access: TileAccess
  ) {
    guard case .unary(let operation, _) = program.instructions[value.index],
      [.isNaN, .isFinite, .isInfinite].contains(operation)
    else { return program.store(value, to: access) }
    program.store(program.convert(value, to: .float32), to: access)
  }
}
