import Arrays
import CKernels
import CPUBackend
import Testing

@Suite(.onEveryProcessor)
struct TileProgramTests {
  @Test(
    "as a whole, with the same bits for every number of threads", arguments: NamedTileProgram.all)
  func whole(_ named: NamedTileProgram) {
    for space in NamedTileProgram.spaces {
      for isSliced in [false, true] {
        check(named, space, isSliced) {
          PreparedTileProgram($0, over: space)
        } run: {
          $0.run(bases: $1, scratch: $2)
        }
      }
    }
  }

  @Test("every operation", arguments: NamedTileProgram.operations)
  func operations(_ named: NamedTileProgram) {
    for space in [TileSpace(rows: 9, columns: 21), TileSpace(rows: 5, columns: 80)] {
      check(named, space, false) {
        PreparedTileProgram($0, over: space)
      } run: {
        $0.run(bases: $1, scratch: $2)
      }
    }
  }

  @Test("in parts on the calling thread", arguments: NamedTileProgram.all)
  func parts(_ named: NamedTileProgram) {
    for space in NamedTileProgram.spaces where space.count > 0 {
      for (height, width) in [(3, 5), (16, 64), (100, 2000)] {
        let width = named.needsWholeRows ? space.columns : width
        check(named, space, false) {
          PreparedTileProgram($0, over: space, blocks: (height, width))
        } run: { program, bases, scratch in
          for outer in 0..<space.outer {
            for column in stride(from: 0, to: space.columns, by: width) {
              for row in stride(from: 0, to: space.rows, by: height) {
                program.run(
                  outer: outer, rows: row..<min(space.rows, row + height),
                  columns: column..<min(space.columns, column + width), bases: bases,
                  scratch: scratch)
              }
            }
          }
          program.finish(bases: bases, scratch: scratch)
        }
      }
    }
  }

  private func check(
    _ named: NamedTileProgram, _ space: TileSpace, _ isSliced: Bool,
    _ prepare: (TileProgram) -> PreparedTileProgram,
    run: (
      PreparedTileProgram, UnsafePointer<UnsafeMutableRawPointer>, UnsafeMutableRawPointer?
    ) -> Void
  ) {
    var program = TileProgram(), fixture = TileFixture(space, isSliced: isSliced)
    named.build(&program, &fixture)
    let expected = fixture.copies()
    fixture.expect(program, in: expected)
    let prepared = prepare(program)
    var first: [[Double]] = []
    let size = ThreadTeam.size
    defer { ThreadTeam.size = size }
    for threads in 1...3 {
      ThreadTeam.size = threads
      let arrays = fixture.copies()
      let scratch = Storage(byteCount: max(prepared.scratchByteCount, 64))
      let bases = arrays.map { $0.rawPointer }
      withExtendedLifetime((arrays, scratch)) { run(prepared, bases, scratch.pointer) }
      let found = arrays.map(values)
      if threads == 1 {
        first = found
        for (index, array) in expected.enumerated() where !fixture.isUnknown(index, program) {
          if let message = difference(found[index], values(array), 5e-5) {
            Issue.record(
              "\(named) \(space) \(isSliced ? "sliced" : ""), level \(kernel_processor_level()), array \(index): \(message); \(prepared)"
            )
          }
        }
      }
      for (found, first) in zip(found, first)
      where zip(found, first).contains(where: { $0.bitPattern != $1.bitPattern }) {
        Issue.record("\(named) \(space): \(threads) threads give other bits than 1")
      }
    }
  }
}
