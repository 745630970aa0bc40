#include "harness/actors/got.h"

#include <cstdint>
#include <cstring>

#include <dlfcn.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace lockstep::actors {
namespace {

// The dynamic section of one object, as far as imports go. glibc has added the load address to the pointers in it.
struct Dynamic {
  const ElfW(Sym) * symbols = nullptr;
  const char* names = nullptr;
  const ElfW(Rela) * tables[2] = {nullptr, nullptr};
  std::size_t bytes[2] = {0, 0};

  explicit Dynamic(const ElfW(Dyn) * entry) {
    for (; entry->d_tag != DT_NULL; ++entry) {
      switch (entry->d_tag) {
        case DT_SYMTAB:
          symbols = reinterpret_cast<const ElfW(Sym)*>(entry->d_un.d_ptr);
          break;
        case DT_STRTAB:
          names = reinterpret_cast<const char*>(entry->d_un.d_ptr);
          break;
        case DT_JMPREL:
          tables[0] = reinterpret_cast<const ElfW(Rela)*>(entry->d_un.d_ptr);
          break;
        case DT_PLTRELSZ:
          bytes[0] = entry->d_un.d_val;
          break;
        case DT_RELA:
          tables[1] = reinterpret_cast<const ElfW(Rela)*>(entry->d_un.d_ptr);
          break;
        case DT_RELASZ:
          bytes[1] = entry->d_un.d_val;
          break;
        default:
          break;
      }
    }
  }
};

// Where the object keeps the address of the function; an import without a PLT is a GLOB_DAT of the other table.
void** slot_of(const link_map& object, const char* name) {
  const Dynamic dynamic(object.l_ld);
  for (int table = 0; table < 2; ++table) {
    for (std::size_t index = 0; index < dynamic.bytes[table] / sizeof(ElfW(Rela)); ++index) {
      const ElfW(Rela)& import = dynamic.tables[table][index];
      const auto type = ELF64_R_TYPE(import.r_info);
      const ElfW(Sym)& symbol = dynamic.symbols[ELF64_R_SYM(import.r_info)];
      const bool calls = type == R_X86_64_JUMP_SLOT || type == R_X86_64_GLOB_DAT;
      if (calls && std::strcmp(dynamic.names + symbol.st_name, name) == 0) {
        return reinterpret_cast<void**>(object.l_addr + import.r_offset);
      }
    }
  }
  return nullptr;
}

}  // namespace

void* replace_import(const char* file, const char* name, void* replacement) {
  void* const handle = dlopen(file, RTLD_NOW | RTLD_NOLOAD);  // binds what was still to be bound lazily
  link_map* object = nullptr;
  if (handle == nullptr || dlinfo(handle, RTLD_DI_LINKMAP, &object) != 0) {
    return nullptr;
  }
  void** const slot = slot_of(*object, name);
  if (slot == nullptr) {
    return nullptr;
  }
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  auto* const start = reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(slot) & ~(page - 1));
  if (mprotect(start, page, PROT_READ | PROT_WRITE) != 0) {
    return nullptr;
  }
  void* const bound = dlsym(RTLD_DEFAULT, name);
  *slot = replacement;
  return bound;
}

}  // namespace lockstep::actors
