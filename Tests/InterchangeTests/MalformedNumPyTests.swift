import Foundation
import Interchange
import Myelin
import Testing

@Suite struct MalformedNumPyTests {
  /// A file with this header and these elements.
  static func file(_ header: String, _ body: [UInt8] = [], version: UInt8 = 1) -> [UInt8] {
    let count = header.utf8.count
    let length = [UInt8(count & 255), UInt8(count >> 8)] + (version > 1 ? [0, 0] : [])
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(header.utf8) + body
  }

  static let sound = "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }"

  static let headers: [(String, InterchangeError.Reason)] = [
    ("", .malformedHeader), ("{", .malformedHeader), ("{}", .malformedHeader),
    ("[1]", .malformedHeader), (sound + "x", .malformedHeader),
    ("{'descr': '|u1', 'fortran_order': False}", .malformedHeader),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (3,), 'x': 1}", .malformedHeader),
    ("{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (3,)}", .malformedHeader),
    ("{'descr': '|u1', 'fortran_order': 0, 'shape': (3,)}", .malformedHeader),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (3)}", .malformedHeader),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (-3,)}", .malformedHeader),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (3 3,)}", .malformedHeader),
    (
      "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,)}", .malformedHeader
    ),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (__import__('os'),)}", .malformedHeader),
    (
      "{'descr': '|u1', 'fortran_order': False, 'shape': (\(String(repeating: "1,", count: 65)))}",
      .malformedHeader
    ),
    ("{'descr': '|O', 'fortran_order': False, 'shape': (3,)}", .unsupportedElementType),
    ("{'descr': '|f4', 'fortran_order': False, 'shape': (3,)}", .unsupportedElementType),
    ("{'descr': '<u4', 'fortran_order': False, 'shape': (3,)}", .unsupportedElementType),
    ("{'descr': '', 'fortran_order': False, 'shape': (3,)}", .unsupportedElementType),
    ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,)}", .unsupportedElementType),
    (
      "{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904, 4)}",
      .uncountableShape
    ),
    ("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000)}", .truncatedData),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (4,)}", .truncatedData),
    ("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", .unusedBytes),
  ]

  @Test("malformed headers", arguments: headers)
  func rejects(_ header: String, _ reason: InterchangeError.Reason) {
    let error = #expect(throws: InterchangeError.self) {
      try NumPyFile(fileBytes: Self.file(header, [1, 2, 3]), name: "x")
    }
    #expect(error?.reason == reason)
  }

  @Test("headers in other words that Python reads alike")
  func readsVariants() throws {
    for header in [
      Self.sound, "{\"shape\":(3,),\"descr\":\"<u1\",\"fortran_order\":True}  \n",
      " { 'fortran_order' : False , 'descr' : '>u1' , 'shape' : ( 3 , ) , } ",
    ] {
      let tensor = try NumPyFile(fileBytes: Self.file(header, [1, 2, 3]), name: "x").tensor()
      #expect(tensor.scalars(as: UInt8.self) == [1, 2, 3])
    }
  }

  @Test("other damage")
  func rejectsOthers() {
    let truth = "{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }"
    let cases: [([UInt8], InterchangeError.Reason)] = [
      ([], .truncatedHeader), (Array("NUMPY12345".utf8), .wrongMagic),
      (Self.file(Self.sound, [1, 2, 3], version: 4), .unsupportedVersion),
      (Array(Self.file(Self.sound).prefix(40)), .truncatedHeader),
      ([0x93] + Array("NUMPY".utf8) + [2, 0, 255, 255, 255, 255], .truncatedHeader),
      ([0x93] + Array("NUMPY".utf8) + [2, 0, 255, 255, 255, 255, 0, 0], .oversizedHeader),
      (Self.file(truth, [0, 1, 2]), .invalidElement),
    ]
    for (bytes, reason) in cases {
      let error = #expect(throws: InterchangeError.self) {
        _ = try NumPyFile(fileBytes: bytes, name: "x").tensor()
      }
      #expect(
        error?.reason == reason || reason == .truncatedHeader && error?.reason == .oversizedHeader)
    }
  }

  @Test("an archive whose bytes are changed is an error where it matters")
  func rejectsChangedArchive() throws {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: numPyFile("types_compressed.npz"))))
    let whole = try NumPyArchive(fileBytes: bytes, name: "x").file("f4_little_C").tensor()
    var errors = 0
    for place in 0..<400 {
      var changed = bytes
      changed[place] ^= 0x10
      do throws(InterchangeError) {
        let archive = try NumPyArchive(fileBytes: changed, name: "x")
        for name in archive.names {
          let tensor = try archive.file(name).tensor()
          if name == "f4_little_C" {
            #expect(tensor.scalars(as: Float.self) == whole.scalars(as: Float.self))
          }
        }
      } catch {
        errors += 1
      }
    }
    #expect(errors > 200)
    for length in stride(from: 0, to: bytes.count, by: 61) {
      #expect(throws: InterchangeError.self) {
        try NumPyArchive(fileBytes: Array(bytes[..<length]), name: "x")
      }
    }
  }
}
